/** `deploy --graph`: a graph of models from a file, asked for predictions, and files that are none. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { predict } from '../../shared/api/routes/endpoints.ts';
import { CSV, SPEC, serveModel } from '../helpers/edge-scenario.ts';
import { openWorkbench, type Workbench } from './trainyard.ts';

let bench: Workbench;
beforeAll(async () => {
  bench = await openWorkbench({ runner: false });
  await serveModel(bench.client, 'points', { bytes: CSV, format: 'csv', type: 'text/csv', spec: SPEC });
}, 120_000);
afterAll(() => bench?.close(), 60_000);

const write = (name: string, text: string) => writeFile(join(bench.folder, name), text);
const deploy = (...words: string[]) =>
  bench.trainyard(['deploy', '--endpoint', 'both', '--project', 'points', ...words]);

it('serves a graph and asks it', async () => {
  const steps = [{ model: 'points' }, { name: 'again', model: 'points', version: 1 }];
  await write('both.json', JSON.stringify({ nodes: { root: { type: 'ensemble', steps } } }));
  const made = await deploy('--graph', 'both.json', '--json');
  expect(made.code, made.stderr).toBe(0);
  expect(JSON.parse(made.stdout)).toMatchObject({
    name: 'both',
    graph: { nodes: { root: { combine: 'mean', steps: [{ version: 1 }, { version: 1 }] } } },
  });
  const shown = await deploy('--graph', 'both.json');
  expect(shown.stdout).toMatch(/root +ensemble +points@1\n +points@1\n/);
  expect(shown.stdout).toContain('/v1/endpoints/both/predict');

  const asked = await bench.trainyard(['predict', 'both', '-i', 'a=19', 'b=20']);
  expect(asked.code, asked.stderr).toBe(0);
  expect(asked.stdout).toContain('high');
  const body = { instances: [{ a: 19, b: 20 }] };
  const [alone, both] = await Promise.all(
    ['points', 'both'].map((endpoint) => bench.client.call(predict, { params: { endpoint }, body })),
  );
  // the mean of a model's answer with itself
  expect(both!.predictions).toEqual(alone!.predictions);
});

it.each<[string, string | null, RegExp]>([
  ['is not there', null, /no such file: graph\.json/],
  ['is no JSON', '{"nodes"', /graph\.json is not JSON/],
  [
    'is no graph',
    '{"nodes": {"root": {"type": "chain", "steps": []}}}',
    /is not a graph of models: nodes\.root\.type/,
  ],
  [
    'names no model',
    '{"nodes": {"root": {"type": "sequence", "steps": [{"model": "gone"}]}}}',
    /no model "gone"/,
  ],
])('refuses a file that %s', async (_, text, message) => {
  if (text !== null) await write('graph.json', text);
  const refused = await deploy('--graph', 'graph.json');
  expect(refused.code).not.toBe(0);
  expect(refused.stderr).toMatch(message);
});

it('needs a model or a graph, not both', async () => {
  for (const words of [[], ['points@1', '--graph', 'both.json']]) {
    const refused = await deploy(...words);
    expect([refused.code, refused.stderr]).toEqual([
      2,
      expect.stringContaining('expected either MODEL@VERSION or --graph FILE'),
    ]);
  }
});
