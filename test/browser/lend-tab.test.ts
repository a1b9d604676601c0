/** Tabs that are lent to the queue: they train what others queued, and whoever closes one loses nothing. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listAttempts } from '../../shared/api/routes/queue.ts';
import { LONG, SHORT } from '../helpers/long-run.ts';
import { hasChromium, launchChromium, openPage, shoot } from './chromium.ts';
import { signIn } from './journey.ts';
import { startTrainyard, type TestTrainyard } from './local.ts';
import { expectSameCurves, hurry, prepareProject, undisturbed } from './steered-runs.ts';

const lasting = (epochs: number) => ({ ...LONG, training: { ...LONG.training, epochs } });
const SPEC = lasting(200);
/** By when there is a checkpoint. */
const SOME_STEPS = 4000;

describe.skipIf(!hasChromium)('a lent tab', () => {
  let trainyard: TestTrainyard;
  let browser: Browser;

  beforeAll(async () => {
    trainyard = await startTrainyard();
    browser = await launchChromium();
  }, 300_000);

  afterAll(async () => {
    await browser?.close();
    await trainyard?.close();
  });

  async function openFleet(options: Parameters<typeof openPage>[1] = {}) {
    const watched = await openPage(browser, options);
    await hurry(watched.page);
    await signIn(watched.page, trainyard.url, trainyard.ownerToken);
    await watched.page.goto(`${trainyard.url}/fleet`);
    return watched;
  }

  it('takes a job of the queue; closed in the middle, another goes on with it, and the curve is that of one training', async () => {
    const project = await prepareProject(trainyard, 'lent');
    const first = await openFleet();
    await first.page.getByRole('button', { name: 'Lend this tab' }).click();
    await first.page.getByText('waits for a job that it can do').waitFor();
    const run = await project.queue(SPEC, { on: 'runner' });
    await first.page.getByRole('link', { name: 'lent' }).first().waitFor();
    await expect
      .poll(async () => (await project.read(run)).progress?.step ?? 0, { timeout: 30_000 })
      .toBeGreaterThan(SOME_STEPS);
    await shoot(first.page, 'fleet-lent');
    await first.page.goto('about:blank');
    const endings = async () =>
      (await project.api.call(listAttempts, { query: { run: run.id } })).map(({ ending }) => ending);
    await expect.poll(endings).toEqual(['handed back']);

    const second = await openFleet({ width: 400, dark: true });
    await second.page.getByRole('button', { name: 'Lend this tab' }).click();
    await expect.poll(async () => (await project.read(run)).state, { timeout: 60_000 }).toBe('succeeded');
    expect(await endings()).toEqual(['succeeded', 'handed back']);
    expectSameCurves(await project.curvesOf(run), await undisturbed(SPEC), 1e-6);
    await shoot(second.page, 'fleet-lent-narrow');

    // it goes on lending when it is loaded again, and takes the next
    await second.page.reload();
    const next = await project.queue(SHORT, { on: 'runner', name: 'next' });
    await expect.poll(async () => (await project.read(next)).state, { timeout: 30_000 }).toBe('succeeded');
    expect([...first.errors, ...second.errors]).toEqual([]);
    await second.page.context().close();
  });

  it('hands its job back when it is not lent any more', async () => {
    const project = await prepareProject(trainyard, 'back');
    const { page, errors } = await openFleet();
    const run = await project.queue(lasting(1000), { on: 'runner' });
    await page.getByRole('button', { name: 'Lend this tab' }).click();
    await expect
      .poll(async () => (await project.read(run)).progress?.step ?? 0, { timeout: 30_000 })
      .toBeGreaterThan(SOME_STEPS);
    await page.getByRole('button', { name: 'Stop lending' }).click();
    await expect.poll(async () => (await project.read(run)).state).toBe('queued');
    await page.getByRole('button', { name: 'Lend this tab' }).waitFor();
    expect(errors).toEqual([]);
  });
});
