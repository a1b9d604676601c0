/** A tab that dies, sleeps, or has no room: what was learnt is kept, and the run goes on or says why not. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalTrainyard } from '../../edge/local/start.ts';
import { hasChromium, launchChromium, launchProfile, openPage, processesOf } from './chromium.ts';
import { startTrainyard } from './local.ts';
import {
  expectSameCurves,
  hurry,
  LONG,
  prepareProject,
  stepsSent,
  undisturbed,
  untilKept,
} from './steered-runs.ts';

if (!hasChromium) process.stderr.write('Browser tests are skipped: Chromium is not installed\n');

describe.skipIf(!hasChromium)('a training in a tab', { timeout: 120_000 }, () => {
  let trainyard: LocalTrainyard;
  let browser: Browser;
  let whole: Awaited<ReturnType<typeof undisturbed>>;

  beforeAll(async () => {
    whole = await undisturbed(LONG);
    trainyard = await startTrainyard();
    browser = await launchChromium();
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await trainyard?.close();
  });

  it('goes on from its checkpoint when its tab was killed and is opened again', async () => {
    const { queue, trainIn, read, curvesOf, pageOf } = await prepareProject(trainyard, 'killed-tab');
    const run = await queue(LONG);
    const { page } = await openPage(browser);
    await hurry(page);
    await trainIn(page, run);
    await expect.poll(() => curvesOf(run), { timeout: 30_000 }).not.toEqual([]);
    const [sent] = await curvesOf(run);
    await untilKept(page, run);
    const crashed = page.waitForEvent('crash');
    for (const pid of await processesOf(browser, 'renderer')) process.kill(pid, 'SIGKILL');
    await crashed;
    const again = await page.context().newPage();
    const steps = await stepsSent(again);
    await again.goto(pageOf(run));
    await again.getByText('succeeded').waitFor({ timeout: 60_000 });
    // under the same lease, and not from the beginning
    expect(await read(run)).toMatchObject({ state: 'succeeded', attempts: 1 });
    expect(steps).not.toContain(sent!.step);
    expectSameCurves(await curvesOf(run), whole, 1e-6);
    await page.context().close();
  });

  it('goes on from its checkpoint when the whole browser was killed', async () => {
    const { queue, trainIn, read, curvesOf, pageOf } = await prepareProject(trainyard, 'killed-browser');
    const run = await queue(LONG);
    const profile = await mkdtemp(join(tmpdir(), 'trainyard-profile-'));
    const first = await launchProfile(profile);
    const page = await first.newPage();
    await hurry(page);
    await trainIn(page, run);
    await expect.poll(() => curvesOf(run), { timeout: 30_000 }).not.toEqual([]);
    const [sent] = await curvesOf(run);
    await untilKept(page, run);
    const closed = first.waitForEvent('close');
    for (const pid of await processesOf(first.browser()!, 'browser')) process.kill(pid, 'SIGKILL');
    await closed;
    const second = await launchProfile(profile);
    const again = await second.newPage();
    const steps = await stepsSent(again);
    await again.goto(pageOf(run));
    await again.getByText('succeeded').waitFor({ timeout: 60_000 });
    expect(await read(run)).toMatchObject({ state: 'succeeded', attempts: 1 });
    expect(steps).not.toContain(sent!.step);
    expectSameCurves(await curvesOf(run), whole, 1e-6);
    await second.close();
    await rm(profile, { recursive: true, force: true });
  });
});
