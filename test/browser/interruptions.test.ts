/** Training that does not go straight: stopped and resumed by a person, or left by its engine, at the start and in mid-run. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page, Response } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalTrainyard } from '../../edge/local/start.ts';
import { createClient } from '../../shared/api/client.ts';
import { getRun, getRunMetrics } from '../../shared/api/routes/runs.ts';
import { FAST_CLOCK } from '../fast-clock.ts';
import { hasChromium, launchChromium, openPage, shoot } from './chromium.ts';
import {
  chooseTarget,
  lossPoints,
  makeProject,
  signIn,
  startTraining,
  testAccuracy,
  upload,
} from './journey.ts';
import { startTrainyard } from './local.ts';

const penguins = join(process.env.TRAINYARD_DATASETS ?? '', 'tabular-penguins/penguins.csv');
const missing = [
  !hasChromium && 'Chromium is not installed',
  !existsSync(penguins) && 'TRAINYARD_DATASETS names no folder with tabular-penguins/penguins.csv',
].filter(Boolean);
if (missing.length > 0) process.stderr.write(`Browser tests are skipped: ${missing.join('; ')}\n`);

const isCheckpoint = (method: string) => (response: Response) =>
  response.request().method() === method && /\/checkpoint(\?|$)/.test(response.url());

describe.skipIf(missing.length > 0)('training that is interrupted', { timeout: 240_000 }, () => {
  let trainyard: LocalTrainyard;
  let browser: Browser;

  beforeAll(async () => {
    trainyard = await startTrainyard();
    browser = await launchChromium();
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await trainyard?.close();
  });

  async function openDataset(project: string) {
    const opened = await openPage(browser);
    await signIn(opened.page, trainyard.url, trainyard.ownerToken);
    await makeProject(opened.page, project);
    await upload(opened.page, penguins);
    await chooseTarget(opened.page, 'species');
    return opened;
  }

  /** What the server knows of the run whose page is open. */
  async function recorded(page: Page) {
    const api = createClient({ baseUrl: trainyard.url, token: trainyard.ownerToken });
    const params = { run: new URL(page.url()).pathname.split('/').at(-1)! };
    return { run: await api.call(getRun, { params }), points: await api.call(getRunMetrics, { params }) };
  }

  it('stops from the page, and resumes where it was', async () => {
    const { page, errors } = await openDataset('stop-resume');
    await sabotage(page, FAST_CLOCK);
    const saved = page.waitForResponse(isCheckpoint('PUT'), { timeout: 60_000 });
    // Small steps of one row each: long enough to be stopped in the midst, after a checkpoint.
    await startTraining(page, 'WebAssembly', {
      Epochs: '10000',
      'Batch size': '1',
      'Learning rate': '0.000002',
    });
    expect((await saved).ok()).toBe(true);
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByText('stopped', { exact: true }).waitFor();
    const before = await recorded(page);
    expect(before.run).toMatchObject({ state: 'stopped', attempts: 1, metrics: null });
    expect(await page.getByRole('button', { name: 'Stop' }).count()).toBe(0);
    expect(await page.getByRole('progressbar').count()).toBe(0);
    const shown = await lossPoints(page);
    expect(shown).toBe(before.points.filter(({ name }) => name === 'loss').length);
    await shoot(page, 'stopped');

    const loaded = page.waitForResponse(isCheckpoint('GET'));
    await page.getByRole('button', { name: 'Resume' }).click();
    expect((await loaded).ok()).toBe(true);
    await page.getByText('running', { exact: true }).waitFor();
    await page.getByText('succeeded', { exact: true }).waitFor({ timeout: 120_000 });
    const after = await recorded(page);
    expect(after.run.attempts).toBe(2);
    // Curves go on as if there had been no break.
    const epochs = after.points
      .filter(({ name, split }) => name === 'loss' && split === 'validation')
      .map(({ epoch }) => epoch);
    expect(epochs).toEqual(epochs.map((_, i) => i + 1));
    for (const point of before.points) expect(after.points).toContainEqual(point);
    const losses = after.points.filter(({ name }) => name === 'loss').length;
    expect(losses).toBeGreaterThan(shown);
    await expect.poll(() => lossPoints(page)).toBe(losses);
    expect(await testAccuracy(page)).toBeGreaterThanOrEqual(0.95);

    await page.reload();
    await page.getByText('succeeded', { exact: true }).waitFor();
    await expect.poll(() => lossPoints(page)).toBe(losses);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  /** Puts a line before the training worker's own program; init scripts do not reach workers. */
  async function sabotage(page: Page, line: string): Promise<void> {
    await page.route(/\/assets\/worker-[^/]*\.js$/, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: `${line}\n${await response.text()}` });
    });
  }

  it.each([
    [
      'has no adapter to give',
      'no-adapter',
      'GPU.prototype.requestAdapter = async () => null;',
      /^WebGPU: .*the browser offers no graphics adapter$/,
    ],
    [
      'gives no device',
      'no-device',
      `GPUAdapter.prototype.requestDevice = async () => { throw new DOMException('out of devices'); };`,
      /^WebGPU: .*out of devices$/,
    ],
    [
      'loses its device in mid-run',
      'lost-device',
      `${FAST_CLOCK}
       const request = GPUAdapter.prototype.requestDevice;
       GPUAdapter.prototype.requestDevice = async function (...args) {
         const device = await request.apply(this, args);
         const submit = device.queue.submit.bind(device.queue);
         let left = 400;
         device.queue.submit = (commands) => {
           if (--left === 0) device.destroy();
           submit(commands);
         };
         return device;
       };`,
      /^WebGPU: the graphics device was lost: ./,
    ],
  ])('goes on with the next engine when WebGPU %s', async (_, project, line, reason) => {
    const { page, errors } = await openDataset(project);
    await sabotage(page, line);
    await startTraining(page, 'WebGPU', { Epochs: '1000', 'Learning rate': '0.0001' });
    await page.getByText('An engine was given up').waitFor({ timeout: 60_000 });
    const note = page.locator('div', { has: page.getByText('An engine was given up') }).last();
    expect(await note.locator('p').textContent()).toMatch(reason);
    await page.getByText('succeeded', { exact: true }).waitFor({ timeout: 120_000 });
    await page.getByText(/^WebAssembly · /).waitFor();
    expect(await testAccuracy(page)).toBeGreaterThanOrEqual(0.95);
    const { run, points } = await recorded(page);
    expect(run.attempts).toBe(2);
    expect(await lossPoints(page)).toBe(points.filter(({ name }) => name === 'loss').length);
    if (project === 'lost-device') await shoot(page, 'fallback');
    // The browser itself tells of a lost device as a warning; nothing may be an error.
    expect(errors).toEqual([]);
    await page.context().close();
  });
});
