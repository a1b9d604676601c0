/** A project's runs as they are looked for: by words, state and result, a page at a time. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Client } from '../../shared/api/client.ts';
import { createRun, listRuns, stopRun } from '../../shared/api/routes/runs.ts';
import { type Edge, startEdge } from '../helpers/edge.ts';
import { apiOf, queueRun } from '../helpers/edge-scenario.ts';

let edge: Edge;
let owner: Client;
let project: string;
/** By name. */
const ids: Record<string, string> = {};

/** Name, model, test metrics. */
const RUNS: [string, string, Record<string, number> | null][] = [
  ['first try', 'trees', { accuracy: 0.5, loss: 2 }],
  ['50% of rows', 'trees', { accuracy: 0.9, loss: 3 }],
  ['50 epochs', 'net', null],
  ['Last_Try', 'net', { accuracy: 0.9, loss: 1 }],
  ['no answers', 'net', { loss: 4 }],
];

beforeAll(async () => {
  edge = await startEdge();
  owner = apiOf(edge);
  const scene = await queueRun(owner);
  project = scene.project;
  await edge.database.execute({ sql: 'DELETE FROM jobs WHERE run = ?', args: [scene.run.id] });
  await edge.database.execute({ sql: 'DELETE FROM runs WHERE id = ?', args: [scene.run.id] });
  for (const [name, model, test] of RUNS) {
    const body = { datasetVersion: scene.dataset.id, pipelineVersion: scene.pipelineVersion, model, name };
    const { id } = await owner.call(createRun, { params: { project }, body: { ...body, on: 'runner' } });
    ids[name] = id;
    if (!test) continue;
    const metrics = JSON.stringify({ validation: {}, test });
    const sql = `UPDATE runs SET state = 'succeeded', metrics = ? WHERE id = ?`;
    await edge.database.execute({ sql, args: [metrics, id] });
  }
});
afterAll(() => edge?.close());

type Query = Parameters<typeof owner.call<typeof listRuns>>[1]['query'];
const names = async (query: Query) =>
  (await owner.call(listRuns, { params: { project }, query })).map(({ name }) => name);

it.each<[what: string, query: Query, expected: string[]]>([
  ['all, newest first', {}, ['no answers', 'Last_Try', '50 epochs', '50% of rows', 'first try']],
  ['a word of the name, in any case', { search: 'TRY' }, ['Last_Try', 'first try']],
  ['signs that SQL has a use for', { search: '50%' }, ['50% of rows']],
  ['an underline', { search: 't_t' }, ['Last_Try']],
  ['a model', { search: 'trees' }, ['50% of rows', 'first try']],
  ['nothing', { search: 'forest' }, []],
  ['a state', { state: 'queued' }, ['50 epochs']],
  ['a state and a word', { state: 'succeeded', search: 'net' }, ['no answers', 'Last_Try']],
  [
    'the most accurate first, of equals the newest, then those without',
    { sort: 'accuracy' },
    ['Last_Try', '50% of rows', 'first try', 'no answers', '50 epochs'],
  ],
  [
    'the least loss first',
    { sort: 'loss' },
    ['Last_Try', 'first try', '50% of rows', 'no answers', '50 epochs'],
  ],
])('finds %s', async (_, query, expected) => {
  expect(await names(query)).toEqual(expected);
});

it('finds a run by its id', async () => {
  expect(await names({ search: ids['50 epochs'] })).toEqual(['50 epochs']);
});

it.each(['created', 'accuracy', 'loss'] as const)(
  'turns pages by %s, and none is missed or shown twice',
  async (sort) => {
    const all = await names({ sort });
    const paged: string[] = [];
    for (let before: string | undefined; ; ) {
      const page = await names({ sort, limit: 2, ...(before && { before }) });
      if (page.length === 0) break;
      paged.push(...page);
      before = ids[page.at(-1)!];
    }
    expect(paged).toEqual(all);
  },
);

it('says what it could sort by', async () => {
  const url = `${edge.url}/v1/projects/${project}/runs?sort=beauty`;
  const reply = await fetch(url, { headers: { authorization: `Bearer ${edge.ownerToken}` } });
  expect(reply.status).toBe(400);
  expect(await reply.text()).toMatch(/sort.*accuracy/);
});

it('ends the queued one', async () => {
  await owner.call(stopRun, { params: { run: ids['50 epochs']! } });
  expect(await names({ state: 'stopped' })).toEqual(['50 epochs']);
});
