/** Several jobs on one runner, and trainings that hang or diverge: each ends by itself, in its own words. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { finishRun } from '../../shared/api/routes/runs.ts';
import { openRings, type Rings } from './rings.ts';
import { isAlive, type RunnerProcess, startRunner, until } from './runner-process.ts';

/** With as many epochs more than there is time for: the runs are finished early. */
const SLOW = { batchSize: 2 };

let rings: Rings;
const runners: RunnerProcess[] = [];
beforeAll(async () => {
  rings = await openRings(10_000);
}, 120_000);
afterEach(async () => {
  for (const runner of runners.splice(0)) if (runner.process.exitCode === null) await runner.end('SIGKILL');
});
afterAll(() => rings?.close(), 60_000);

function start(settings: Record<string, string> = {}): RunnerProcess {
  const { url, runnerToken: token } = rings.trainyard;
  const runner = startRunner(rings.home, { url, token }, undefined, settings);
  runners.push(runner);
  return runner;
}

describe('a runner', { timeout: 120_000 }, () => {
  it('works on two jobs at once, and one that crashes leaves the other alone', async () => {
    const runner = start({ TRAINYARD_RUNNER_SLOTS: '2' });
    const runs = [await rings.queueRun(SLOW), await rings.queueRun(SLOW)];
    const children = [await runner.nextChild(), await runner.nextChild()];
    expect(children.every(isAlive)).toBe(true);
    for (const run of runs) await rings.checkpointOf(run);
    process.kill(children[0]!, 'SIGKILL');
    const again = await runner.nextChild();
    expect([children[1]!, again].every(isAlive)).toBe(true);
    for (const run of runs) await rings.owner.call(finishRun, { params: { run: run.id } });
    const ended = [await rings.ended(runs[0]!), await rings.ended(runs[1]!)];
    expect(ended.map(({ state }) => state)).toEqual(['succeeded', 'succeeded']);
    expect(ended.map(({ attempts }) => attempts).sort()).toEqual([1, 2]);
  });

  it('ends a training that stands still, and goes on from its checkpoint', async () => {
    const runner = start({ TRAINYARD_HUNG_AFTER: '10' });
    const run = await rings.queueRun(SLOW);
    const child = await runner.nextChild();
    await rings.checkpointOf(run);
    process.kill(child, 'SIGSTOP');
    await runner.nextChild();
    expect(isAlive(child)).toBe(false);
    const why = runner.said.find(({ message }) => message === 'child crashed');
    expect(why).toMatchObject({ run: run.id, times: 1, reason: 'hung' });
    expect(why!.why).toMatch(/said nothing for [\d.]+ s \(training, step [1-9]\d* of \d+\)/);
    await rings.owner.call(finishRun, { params: { run: run.id } });
    expect(await rings.ended(run)).toMatchObject({ state: 'succeeded', attempts: 2 });
  });

  it('gives a run up as `hung` that always stands still', async () => {
    const runner = start({ TRAINYARD_HUNG_AFTER: '4' });
    const run = await rings.queueRun(SLOW);
    for (let time = 0; time < 3; time++) process.kill(await runner.nextChild(), 'SIGSTOP');
    expect(await rings.ended(run)).toMatchObject({
      state: 'failed',
      reason: 'hung',
      message: expect.stringMatching(/said nothing for 4 s .* 3 times without getting further/),
    });
  });

  it('ends a training whose loss is no number any more as `diverged`', async () => {
    start();
    const optimizer = { type: 'sgd' as const, learningRate: 10, momentum: 0.9, nesterov: false };
    const run = await rings.queueRun({ optimizer, batchSize: 1 }, 'x');
    expect(await rings.ended(run)).toMatchObject({
      state: 'failed',
      reason: 'diverged',
      message: expect.stringMatching(/step \d+/),
      attempts: 1,
    });
    await until(() => runners[0]!.said.some(({ outcome }) => outcome === 'failed'), 'the runner says so');
  });
});
