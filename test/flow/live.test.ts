/** The live channel: who may listen to what, and that events come. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openLive } from '../../shared/api/live.ts';
import { postJobMetrics, releaseJob } from '../../shared/api/routes/jobs.ts';
import type { LiveEvent } from '../../shared/schema/live.ts';
import { type Edge, startEdge } from '../helpers/edge.ts';
import { apiOf, claim, queueRun } from '../helpers/edge-scenario.ts';

let edge: Edge;
beforeAll(async () => {
  edge = await startEdge();
});
afterAll(() => edge?.close());

async function listen(token: string, topics: string[]) {
  const events: LiveEvent[] = [];
  let live: { close(): void } | undefined;
  await new Promise<void>((resolve) => {
    const onState = (state: 'open' | 'closed') => state === 'open' && resolve();
    live = openLive({ baseUrl: edge.url, token, topics }, (event) => events.push(event), onState);
  });
  return { events, close: () => live!.close() };
}

test('the owner sees runs and curves, the runner that a job waits, a stranger nothing', async () => {
  const owner = apiOf(edge);
  const all = await listen(edge.ownerToken, ['runs']);
  const waiting = await listen(edge.runnerToken, ['jobs']);
  const stranger = await listen(edge.strangerToken, ['runs', 'jobs']);

  const { run } = await queueRun(owner);
  await vi.waitFor(() => expect(waiting.events).toEqual([{ type: 'job-waiting', job: run.job }]));
  const one = await listen(edge.ownerToken, [`run:${run.id}`, 'runs']);
  const { lease } = await claim(owner);
  const points = [{ step: 1, epoch: 0.5, split: 'train' as const, name: 'loss' as const, value: 2 }];
  await owner.call(postJobMetrics, { params: { job: lease.job }, body: { fence: lease.fence, points } });
  await vi.waitFor(() =>
    expect(one.events).toMatchObject([
      { type: 'run', run: { id: run.id, state: 'running' } },
      { type: 'metrics', run: run.id, points },
    ]),
  );
  await owner.call(releaseJob, { params: { job: lease.job }, body: { fence: lease.fence } });
  await vi.waitFor(() => expect(waiting.events).toHaveLength(2));
  await vi.waitFor(() =>
    expect(all.events.map((event) => event.type === 'run' && event.run.state)).toEqual([
      'queued',
      'running',
      'queued',
    ]),
  );
  expect(stranger.events).toEqual([]);
  for (const channel of [all, waiting, stranger, one]) channel.close();
});

test.each([
  ['no token', '', 'runs', 401],
  ['a wrong token', 'wrong', 'runs', 401],
  ['a runner that wants more than jobs', 'runner', 'jobs,runs', 403],
  ['no topic', 'owner', '', 400],
  ['an unknown topic', 'owner', 'everything', 400],
  ['no upgrade', 'owner', 'runs', 426],
])('%s is refused', async (_, who, topics, status) => {
  const token = { owner: edge.ownerToken, runner: edge.runnerToken }[who] ?? who;
  const response = await fetch(`${edge.url}/v1/live?topics=${topics}`, {
    headers: token ? { authorization: `Bearer ${token}` } : {},
  });
  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject({ error: { message: expect.any(String) } });
});
