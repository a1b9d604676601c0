/** A tab that dies, sleeps, or has no room: what was learnt is kept, and the run goes on or says why not. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalTrainyard } from '../../edge/local/start.ts';
import { createClient } from '../../shared/api/client.ts';
import { finishJob, getCheckpoint } from '../../shared/api/routes/jobs.ts';
import { resumeRun, stopRun } from '../../shared/api/routes/runs.ts';
import type { NetworkPipeline } from '../../shared/definition/pipeline-spec.ts';
import { newId } from '../../shared/schema/new-id.ts';
import { stepsAt } from '../../shared/train/checkpoint.ts';
import { claim } from '../helpers/edge-scenario.ts';
import { LONG, SHORT } from '../helpers/long-run.ts';
import { hasChromium, launchChromium, launchProfile, openPage, processesOf } from './chromium.ts';
import { signIn } from './journey.ts';
import { startTrainyard } from './local.ts';
import {
  expectSameCurves,
  hurry,
  keptRuns,
  pointKnownSent,
  prepareProject,
  stepsSent,
  undisturbed,
  untilKept,
  untilRemembered,
} from './steered-runs.ts';

if (!hasChromium) process.stderr.write('Browser tests are skipped: Chromium is not installed\n');

/** Not over before two tabs have kept a checkpoint each. */
const LONGER = { ...LONG, training: { ...LONG.training, epochs: 500 } };

describe.skipIf(!hasChromium)('a training in a tab', { timeout: 240_000 }, () => {
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
    const sent = await pointKnownSent(() => curvesOf(run));
    await untilKept(page, run);
    const crashed = page.waitForEvent('crash');
    for (const pid of await processesOf(browser, 'renderer')) process.kill(pid, 'SIGKILL');
    await crashed;
    const again = await page.context().newPage();
    const steps = await stepsSent(again);
    await again.goto(pageOf(run));
    await again.getByText('succeeded', { exact: true }).waitFor({ timeout: 60_000 });
    // under the same lease, and not from the beginning
    expect(await read(run)).toMatchObject({ state: 'succeeded', attempts: 1 });
    expect(steps).not.toContain(sent.step);
    expectSameCurves(await curvesOf(run), whole, 1e-6);
    await page.context().close();
  });

  it('goes on from its checkpoint when the whole browser was killed', async () => {
    const { queue, trainIn, read, curvesOf, pageOf } = await prepareProject(trainyard, 'killed-browser');
    const run = await queue(LONGER);
    const profile = await mkdtemp(join(tmpdir(), 'trainyard-profile-'));
    const first = await launchProfile(profile);
    const page = await first.newPage();
    await hurry(page);
    await trainIn(page, run);
    const sent = await pointKnownSent(() => curvesOf(run));
    await untilKept(page, run);
    await untilRemembered(profile, run);
    const closed = first.waitForEvent('close');
    for (const pid of await processesOf(first.browser()!, 'browser')) process.kill(pid, 'SIGKILL');
    await closed;
    const second = await launchProfile(profile);
    const again = await second.newPage();
    const steps = await stepsSent(again);
    await again.goto(pageOf(run));
    await again.getByText('succeeded', { exact: true }).waitFor({ timeout: 60_000 });
    expect(await read(run)).toMatchObject({ state: 'succeeded', attempts: 1 });
    expect(steps).not.toContain(sent.step);
    expectSameCurves(await curvesOf(run), await undisturbed(LONGER), 1e-6);
    await second.close();
    await rm(profile, { recursive: true, force: true });
  });

  it('that slept beyond its lease takes its run up again, or leaves it to whoever has it now', async () => {
    const { api, queue, trainIn, read, curvesOf } = await prepareProject(trainyard, 'asleep');
    const [left, taken] = [await queue(LONGER), await queue(LONGER)];
    const { page: one } = await openPage(browser);
    const other = await one.context().newPage();
    for (const [page, run] of [
      [one, left],
      [other, taken],
    ] as const) {
      await hurry(page);
      await trainIn(page, run);
      await untilKept(page, run);
    }
    const saved = () => api.call(getCheckpoint, { params: { job: taken.job } }).then(() => true);
    await expect.poll(() => saved().catch(() => false), { timeout: 30_000 }).toBe(true);
    const asleep = await processesOf(browser, 'renderer');
    for (const pid of asleep) process.kill(pid, 'SIGSTOP');
    for (const run of [left, taken]) {
      await expect
        .poll(() => read(run), { timeout: 40_000, interval: 200 })
        .toMatchObject({ state: 'failed', reason: 'runner_lost' });
    }
    await api.call(resumeRun, { params: { run: taken.id }, body: { on: 'runner' } });
    const worker = createClient({ baseUrl: trainyard.url, token: trainyard.runnerToken });
    const claimed = await claim(worker);
    expect(claimed).toMatchObject({ run: { id: taken.id }, hasCheckpoint: true });
    const points = await curvesOf(taken);
    for (const pid of asleep) process.kill(pid, 'SIGCONT');

    const note = other.locator('div', { has: other.getByText('could not go on in this tab') }).last();
    expect(await note.locator('p').textContent()).toBe('this run trains elsewhere, on a runner');
    expect(await curvesOf(taken)).toEqual(points);
    const { job, fence } = claimed.lease;
    // the lease is still this worker's
    await worker.call(finishJob, { params: { job }, body: { fence, state: 'stopped' } });

    await one.getByText('succeeded', { exact: true }).waitFor({ timeout: 120_000 });
    expect(await read(left)).toMatchObject({ state: 'succeeded', attempts: 2 });
    expectSameCurves(await curvesOf(left), await undisturbed(LONGER), 1e-6);
    await one.context().close();
  });

  it('with a full disk keeps its checkpoints on the server, and says so', async () => {
    const { api, queue, trainIn, read } = await prepareProject(trainyard, 'full-disk');
    const run = await queue(LONG);
    const { page, errors } = await openPage(browser);
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Storage.overrideQuotaForOrigin', { origin: trainyard.url, quotaSize: 1000 });
    await hurry(page);
    await trainIn(page, run);
    await page.getByText('This machine has no room for checkpoints').waitFor();
    const saved = () => api.call(getCheckpoint, { params: { job: run.job } }).then(() => true);
    await expect.poll(() => saved().catch(() => false)).toBe(true);
    await page.getByRole('button', { name: 'Finish now' }).click();
    await page.getByText('succeeded', { exact: true }).waitFor({ timeout: 60_000 });
    expect(await read(run)).toMatchObject({ state: 'succeeded', attempts: 1 });
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it('whose loss grows without bound fails as that, and goes on from its last good checkpoint', async () => {
    const { queue, trainIn, read, curvesOf } = await prepareProject(trainyard, 'diverged');
    const run = await queue(lineAt(0.001, {}));
    const { page, errors } = await openPage(browser);
    await trainIn(page, run);
    await page.getByText('succeeded', { exact: true }).waitFor();
    const goOn = async (learningRate: string) => {
      await page.getByRole('button', { name: 'Go on with it' }).click();
      await page.getByLabel('Epochs in all').fill('20');
      await page.getByRole('textbox', { name: 'Learning rate' }).fill(learningRate);
      await page.getByRole('button', { name: 'Go on', exact: true }).click();
    };
    await goOn('10');
    await page.getByText('The loss grew without bound. Go on from the last checkpoint').waitFor();
    await page.getByText(/^Training diverged: .* Try a learning rate below 10,/).waitFor();
    const failed = { id: new URL(page.url()).pathname.split('/').at(-1)! };
    expect(await read(failed)).toMatchObject({ state: 'failed', reason: 'diverged' });

    const steps = await stepsSent(page);
    await goOn('0.01');
    await page.getByText('succeeded', { exact: true }).waitFor();
    const last = (await curvesOf(run)).at(-1)!.step;
    expect(Math.min(...steps)).toBeGreaterThan(last);
    const recovered = await curvesOf({ id: new URL(page.url()).pathname.split('/').at(-1)! });
    const measured = recovered.filter(({ split, name }) => split === 'validation' && name === 'loss');
    expect(measured.map(({ epoch }) => epoch)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    expect(measured.at(-1)!.value).toBeLessThan(measured[0]!.value);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it('that comes to diverge leaves its last good checkpoint on the server', async () => {
    const { api, queue, trainIn, read } = await prepareProject(trainyard, 'diverging');
    // the rate rises from nothing to far too much
    const schedule = { type: 'cosine', warmupSteps: 600_000, floor: 0 } as const;
    const run = await queue(lineAt(10, { epochs: 1000, batchSize: 1, schedule }));
    const { page } = await openPage(browser);
    await hurry(page);
    await trainIn(page, run);
    await page.getByText('The loss grew without bound').waitFor({ timeout: 60_000 });
    expect(await read(run)).toMatchObject({ state: 'failed', reason: 'diverged' });
    const kept = await api.call(getCheckpoint, { params: { job: run.job } });
    const bytes = new Uint8Array(await kept.arrayBuffer());
    expect(stepsAt(bytes)).toBeGreaterThan(0);
    // which is where it is resumed from: nothing is left here
    expect(await keptRuns(page)).toEqual([]);
    await page.context().close();
  });

  it('frees the machine of what was kept of runs that ended elsewhere or are gone', async () => {
    const { api, queue, trainIn } = await prepareProject(trainyard, 'left-over');
    const [elsewhere, waiting, run] = [await queue(SHORT), await queue(SHORT), await queue(SHORT)];
    const { page } = await openPage(browser);
    await signIn(page, trainyard.url, trainyard.ownerToken);
    // as a tab leaves it that is closed in mid-run
    await page.evaluate(
      async (runs) => {
        const root = await navigator.storage.getDirectory();
        const all = await root.getDirectoryHandle('trainings', { create: true });
        for (const name of runs) await all.getDirectoryHandle(name, { create: true });
      },
      [newId('run'), elsewhere.id, waiting.id],
    );
    const other = await openPage(browser);
    await trainIn(other.page, elsewhere);
    await other.page.getByText('succeeded', { exact: true }).waitFor();
    await trainIn(page, run);
    await page.getByText('succeeded', { exact: true }).waitFor();
    await expect.poll(() => keptRuns(page)).toEqual([waiting.id]);
    await api.call(stopRun, { params: { run: waiting.id } });
    await page.context().close();
    await other.page.context().close();
  });

  it.skipIf(process.platform !== 'linux')(
    'that runs out of memory fails as that, and the page lives',
    async () => {
      const { queue, trainIn, read } = await prepareProject(trainyard, 'out-of-memory');
      const layer = { type: 'dense', units: 4096, activation: 'relu' } as const;
      const run = await queue({ ...SHORT, model: [layer, layer, layer] });
      const alone = await launchChromium();
      const { page } = await openPage(alone);
      await signIn(page, trainyard.url, trainyard.ownerToken);
      for (const pid of await processesOf(alone, 'renderer')) leaveRoom(pid, 400 * 2 ** 20);
      await trainIn(page, run);
      await page.getByText('Memory ran out. Try a smaller batch size').waitFor({ timeout: 60_000 });
      expect(await read(run)).toMatchObject({ state: 'failed', reason: 'out_of_memory' });
      // the page is there, and can train what is smaller
      const small = await queue(SHORT);
      await trainIn(page, small);
      await page.getByText('succeeded', { exact: true }).waitFor();
      await alone.close();
    },
  );
});

/** A line through squared errors: at too high a rate each step makes them larger by a factor. */
function lineAt(learningRate: number, change: Partial<NetworkPipeline['training']>): NetworkPipeline {
  return {
    ...SHORT,
    task: 'regression',
    target: 'b',
    features: SHORT.features.filter(({ column }) => column === 'a'),
    model: [],
    training: { ...SHORT.training, ...change, optimizer: { type: 'sgd', learningRate, momentum: 0 } },
  };
}

/** Lets a process have so many bytes more than it has. */
function leaveRoom(pid: number, bytes: number): void {
  const [, has] = /^VmData:\s*(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))!;
  execFileSync('prlimit', ['--pid', String(pid), `--data=${1024 * Number(has) + bytes}`]);
}
