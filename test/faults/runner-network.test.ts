/** A runner whose network is cut for longer than its lease lasts: it trains on, and what it learnt meanwhile counts, unless another has the run. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { finishRun } from '../../shared/api/routes/runs.ts';
import type { Run } from '../../shared/schema/run.ts';
import { type CuttableProxy, startProxy } from '../helpers/cuttable-proxy.ts';
import { openRings, type Rings } from './rings.ts';
import { isAlive, type RunnerProcess, startRunner, until } from './runner-process.ts';

/** More than there is time for, in small steps: the runs are finished early. */
const EPOCHS = 10_000;
const SLOW = { batchSize: 2 };
/** That a run has when it is finished. */
const LEAST_EPOCHS = 5;

let rings: Rings;
let proxy: CuttableProxy;
let farHome: string;
const runners: RunnerProcess[] = [];
beforeAll(async () => {
  rings = await openRings(EPOCHS);
  farHome = await mkdtemp(join(tmpdir(), 'trainyard-far-'));
}, 120_000);
afterEach(async () => {
  proxy?.close();
  for (const runner of runners.splice(0)) if (runner.process.exitCode === null) await runner.end('SIGKILL');
});
afterAll(async () => {
  await rings?.close();
  await rm(farHome, { recursive: true, force: true });
}, 60_000);

describe('a network cut', { timeout: 120_000 }, () => {
  it('that outlasts the lease loses no step of the training, and none counts twice', async () => {
    const { run, runner, child, step } = await cutInMidRun();
    await untilTakenAway(run);
    expect(isAlive(child)).toBe(true);
    proxy.mend();
    await runner.nextChild();
    expect(isAlive(child)).toBe(false);

    const attempts = splitAttempts(runner);
    expect(attempts[1]!.from).toBe('what an attempt without network left here');
    // It went on from a checkpoint that no server has seen: from far beyond the cut, to the second.
    await until(() => splitAttempts(runner)[1]!.steps.length > 0, 'an epoch of the second attempt');
    const resumed = splitAttempts(runner)[1]!.steps[0]!;
    expect(resumed).toBeGreaterThan(step + (attempts[0]!.steps.at(-1)! - step) / 2);
    await finishWell(run);
  });

  it('during which another took the run ends the training at once', async () => {
    const { run, runner, child } = await cutInMidRun();
    await untilTakenAway(run);
    const other = start(rings.trainyard.url, rings.home);
    await other.nextChild();
    proxy.mend();
    await until(() => !isAlive(child), 'the training that lost its run ends');
    await until(
      () => runner.said.some(({ message, outcome }) => message === 'job ended' && outcome === 'lost'),
      'the runner says so',
    );
    await finishWell(run);
    expect(runner.said.filter(({ message }) => message === 'job started')).toHaveLength(1);
  });
});

function start(url: string, home: string): RunnerProcess {
  const runner = startRunner(home, { url, token: rings.trainyard.runnerToken });
  runners.push(runner);
  return runner;
}

async function cutInMidRun() {
  proxy = await startProxy(rings.trainyard.url);
  const runner = start(proxy.url, farHome);
  const run = await rings.queueRun(SLOW);
  const child = await runner.nextChild();
  await rings.checkpointOf(run);
  const { step } = await until(
    async () => (await rings.read(run)).progress,
    'the server knows how far it is',
  );
  proxy.cut();
  return { run, runner, child, step };
}

/** By the server, which has heard nothing for as long as a lease lasts. */
const untilTakenAway = (run: Run) =>
  until(async () => (await rings.read(run)).state === 'queued', 'the lease runs out');

/** For each attempt what it began with, and the steps that its log tells of. */
function splitAttempts({ said }: RunnerProcess): { from: unknown; steps: number[] }[] {
  const attempts: { from: unknown; steps: number[] }[] = [];
  for (const { message, from, step } of said) {
    if (message === 'job started') attempts.push({ from, steps: [] });
    else if (message === 'epoch') attempts.at(-1)!.steps.push(step as number);
  }
  return attempts;
}

/** Every epoch is there once, whoever trained it. */
async function finishWell(run: Run): Promise<void> {
  await until(
    async () => ((await rings.read(run)).progress?.epoch ?? 0) > LEAST_EPOCHS,
    'some epochs are done',
  );
  await rings.owner.call(finishRun, { params: { run: run.id } });
  expect(await rings.ended(run)).toMatchObject({ state: 'succeeded', attempts: 2 });
  const losses = (await rings.curvesOf(run)).filter(
    ({ split, name, epoch }) => split === 'validation' && name === 'loss' && Number.isInteger(epoch),
  );
  expect(losses.length).toBeGreaterThanOrEqual(LEAST_EPOCHS);
  const epochs = losses.map(({ epoch }) => epoch);
  expect(epochs).toEqual(Array.from(epochs, (_, i) => i + 1));
}
