/** What a person does with a run on its way: moves it, lets others wait behind it, finishes it early, goes on with it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalTrainyard } from '../../edge/local/start.ts';
import type { MetricPoint } from '../../shared/schema/metric.ts';
import { type RunnerProcess, startRunner } from '../faults/runner-process.ts';
import { LONG, SHORT } from '../helpers/long-run.ts';
import { hasChromium, launchChromium, openPage } from './chromium.ts';
import { signIn } from './journey.ts';
import { startTrainyard } from './local.ts';
import { expectSameCurves, hurry, prepareProject, stepsSent, undisturbed } from './steered-runs.ts';

if (!hasChromium) process.stderr.write('Browser tests are skipped: Chromium is not installed\n');

describe.skipIf(!hasChromium)('a run on its way', { timeout: 120_000 }, () => {
  let trainyard: LocalTrainyard;
  let browser: Browser;
  let home: string;
  let whole: MetricPoint[];
  let runner: RunnerProcess | null = null;

  beforeAll(async () => {
    whole = await undisturbed(LONG);
    home = await mkdtemp(join(tmpdir(), 'trainyard-runner-'));
    trainyard = await startTrainyard();
    browser = await launchChromium();
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await trainyard?.close();
    await rm(home, { recursive: true, force: true });
  });

  function hire(executor: string | null): void {
    runner = startRunner(home, { url: trainyard.url, token: trainyard.runnerToken }, executor);
  }
  async function dismiss(): Promise<void> {
    await runner?.end('SIGTERM');
    runner = null;
  }
  const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

  it('goes from the tab to a runner, its curves as if nothing had happened', async () => {
    const { queue, trainIn, read, curvesOf } = await prepareProject(trainyard, 'to-a-runner');
    const run = await queue(LONG);
    const { page, errors } = await openPage(browser);
    await hurry(page);
    await trainIn(page, run);
    await expect.poll(() => curvesOf(run), { timeout: 30_000 }).not.toEqual([]);
    await press(page, 'Go on on a runner');
    await page.getByText('Waiting for a runner').waitFor();
    hire(null);
    await page.getByText('succeeded', { exact: true }).waitFor({ timeout: 60_000 });
    await dismiss();
    expect(await read(run)).toMatchObject({
      on: 'runner',
      attempts: 2,
      // of what the machine has, the one whose checkpoint it is
      device: expect.stringMatching(/^WebAssembly · CPU/),
    });
    expectSameCurves(await curvesOf(run), whole, 1e-6);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it('goes from a runner to the tab, on another executor', async () => {
    const { queue, read, curvesOf, pageOf } = await prepareProject(trainyard, 'to-the-tab');
    const run = await queue(LONG, { on: 'runner' });
    hire('tensorflow');
    const { page, errors } = await openPage(browser);
    await signIn(page, trainyard.url, trainyard.ownerToken);
    await page.goto(pageOf(run));
    await expect.poll(() => curvesOf(run), { timeout: 60_000 }).not.toEqual([]);
    await press(page, 'Go on in this tab');
    await expect.poll(() => read(run), { timeout: 30_000 }).toMatchObject({ on: 'browser' });
    await dismiss();
    await page.getByText('succeeded', { exact: true }).waitFor({ timeout: 60_000 });
    await page.getByText(/^WebAssembly · .* in a browser tab/).waitFor();
    expect((await read(run)).attempts).toBe(2);
    // libtensorflow adds up in another order, which so many steps make more of
    expectSameCurves(await curvesOf(run), whole, 1e-2);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it('lets others wait for their turn in the tab, is finished early, and gone on with', async () => {
    const { queue, trainIn, read, curvesOf } = await prepareProject(trainyard, 'in-turn');
    const [first, second, third] = [
      await queue(LONG, { name: 'first' }),
      await queue(SHORT, { name: 'second' }),
      await queue(SHORT, { name: 'third' }),
    ];
    const { page, errors } = await openPage(browser);
    const see = async (name: string) => {
      await page.getByRole('link', { name: 'Runs', exact: true }).first().click();
      await page.getByRole('link', { name, exact: true }).click();
    };
    await hurry(page);
    await trainIn(page, first);
    for (const name of ['second', 'third']) {
      await see(name);
      await press(page, 'Train it here next');
      await page.getByText('Waits for its turn in this tab').waitFor();
    }
    await press(page, 'Stop');
    await page.getByText('stopped', { exact: true }).waitFor();

    await see('first');
    await expect.poll(() => curvesOf(first), { timeout: 30_000 }).not.toEqual([]);
    // it trains, so that to leave must be meant
    const asked = page.waitForEvent('dialog');
    await page.close({ runBeforeUnload: true });
    const dialog = await asked;
    expect(dialog.type()).toBe('beforeunload');
    await dialog.dismiss();
    await press(page, 'Finish now');
    await page.getByText('succeeded', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'See the model' }).waitFor();
    const finished = await read(first);
    expect(finished).toMatchObject({ state: 'succeeded', attempts: 1, modelVersion: expect.any(String) });
    expect(finished.metrics!.test.accuracy).toBeGreaterThan(0.5);
    const learnt = await curvesOf(first);
    const last = learnt.at(-1)!;
    expect(last.epoch).toBeLessThan(LONG.training.epochs);

    await expect.poll(() => read(second), { timeout: 30_000 }).toMatchObject({ state: 'succeeded' });
    expect((await read(second)).startedAt! >= finished.endedAt!).toBe(true);
    expect(await read(third)).toMatchObject({ state: 'stopped', attempts: 0 });

    const steps = await stepsSent(page);
    const epochs = Math.ceil(last.epoch) + 2;
    await press(page, 'Go on with it');
    await page.getByLabel('Epochs in all').fill(String(epochs));
    await press(page, 'Go on');
    await page.getByRole('heading', { name: 'first +' }).waitFor();
    await page.getByText('succeeded', { exact: true }).waitFor({ timeout: 60_000 });
    expect(Math.min(...steps)).toBeGreaterThan(last.step);
    const id = new URL(page.url()).pathname.split('/').at(-1)!;
    const after = await curvesOf({ id });
    for (const point of learnt) expect(after).toContainEqual(point);
    const measured = after.filter(({ split, name }) => split === 'validation' && name === 'loss');
    expect(measured.map(({ epoch }) => epoch).filter(Number.isInteger)).toEqual(
      Array.from({ length: epochs }, (_, i) => i + 1),
    );
    expect(await read(first)).toEqual(finished);

    // nothing trains: nobody asks
    const closed = page.waitForEvent('close');
    await page.close({ runBeforeUnload: true });
    await closed;
    expect(errors).toEqual([]);
  });
});
