/** A server that goes away while a tab trains: the tab goes on, and gives it what it lacks once it is back. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LEASE_MS } from '../../shared/api/routes/jobs.ts';
import type { NetworkPipeline } from '../../shared/definition/pipeline-spec.ts';
import { LONG } from '../helpers/long-run.ts';
import { hasChromium, launchChromium, openPage } from './chromium.ts';
import { startTrainyard, type TestTrainyard } from './local.ts';
import { expectSameCurves, hurry, prepareProject, undisturbed, untilKept } from './steered-runs.ts';

if (!hasChromium) process.stderr.write('Browser tests are skipped: Chromium is not installed\n');

const AWAY = 'The server cannot be reached';

describe.skipIf(!hasChromium)('a training whose server goes away', { timeout: 240_000 }, () => {
  let trainyard: TestTrainyard;
  let browser: Browser;

  beforeAll(async () => {
    trainyard = await startTrainyard();
    browser = await launchChromium();
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await trainyard?.close();
  });

  it('goes on beyond its lease, and its curves have no gap', async () => {
    const spec = { ...LONG, training: { ...LONG.training, epochs: 200 } } satisfies NetworkPipeline;
    const { queue, trainIn, read, curvesOf } = await prepareProject(trainyard, 'away');
    const run = await queue(spec);
    const { page } = await openPage(browser);
    await hurry(page);
    await trainIn(page, run);
    await untilKept(page, run);
    const startAgain = await trainyard.stop();
    await page.getByText(AWAY).waitFor();
    await untilKept(page, run);
    await page.waitForTimeout(LEASE_MS + 3000);
    expect(await page.getByText('The run could not go on in this tab').count()).toBe(0);
    await startAgain();
    await page.getByText(AWAY).waitFor({ state: 'hidden', timeout: 30_000 });
    await page.getByText('succeeded', { exact: true }).waitFor({ timeout: 120_000 });
    expect(await read(run)).toMatchObject({ state: 'succeeded' });
    expectSameCurves(await curvesOf(run), await undisturbed(spec), 1e-6);
    await page.context().close();
  });

  it('ends while it is away, and hands its model over when it is back', async () => {
    const { queue, trainIn, read, curvesOf } = await prepareProject(trainyard, 'end-away');
    const run = await queue(LONG);
    const { page } = await openPage(browser);
    await hurry(page);
    await trainIn(page, run);
    await untilKept(page, run);
    const startAgain = await trainyard.stop();
    await page.getByRole('progressbar', { name: 'evaluating' }).waitFor({ timeout: 60_000 });
    await page.getByText(AWAY).waitFor();
    await startAgain();
    await page.getByText('succeeded', { exact: true }).waitFor({ timeout: 60_000 });
    expect(await read(run)).toMatchObject({ state: 'succeeded', modelVersion: expect.any(String) });
    expectSameCurves(await curvesOf(run), await undisturbed(LONG), 1e-6);
    await page.context().close();
  });
});
