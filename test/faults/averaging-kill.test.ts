/** Two runners that train one network together, one of which is killed: another takes its place over, and nothing of the training is lost. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { listTeam } from '../../shared/api/routes/averaging.ts';
import { AveragingOptions } from '../../shared/schema/averaging.ts';
import { openRings, type Rings } from './rings.ts';
import { type RunnerProcess, startRunner, until } from './runner-process.ts';

let rings: Rings;
const runners: RunnerProcess[] = [];
beforeAll(async () => {
  rings = await openRings(30);
}, 120_000);
afterEach(async () => {
  for (const runner of runners.splice(0)) if (runner.process.exitCode === null) await runner.end('SIGKILL');
});
afterAll(() => rings?.close(), 60_000);

function start(): RunnerProcess {
  const { url, runnerToken: token } = rings.trainyard;
  const runner = startRunner(rings.home, { url, token });
  runners.push(runner);
  return runner;
}

describe('two runners that train together', { timeout: 150_000 }, () => {
  it('wait for a place that is empty, and go on when another has taken it', async () => {
    const lead = await rings.queueRun({}, 'ring', AveragingOptions.parse({ workers: 2, epochsPerRound: 1 }));
    const team = () => rings.owner.call(listTeam, { params: { run: lead.id } });
    const [first, second] = [start(), start()];
    await Promise.all([first.nextChild(), second.nextChild()]);
    const helper = (await team())[1]!;
    await rings.checkpointOf(helper);
    const atWork = [first, second].find(({ said }) =>
      said.some(({ message, run }) => message === 'job started' && run === helper.id),
    )!;
    await atWork.end('SIGKILL');
    await until(
      async () => (await rings.read(lead)).progress?.phase === 'waiting for other workers',
      'the lead waits',
    );
    start();
    const ended = await rings.ended(lead);
    expect(ended).toMatchObject({ state: 'succeeded', attempts: 1 });
    expect(ended.metrics!.test.accuracy).toBeGreaterThan(0.9);
    await rings.ended(helper);
    expect(await team()).toMatchObject([
      { attempts: 1 },
      { state: 'succeeded', attempts: 2, modelVersion: null },
    ]);
  });
});
