/** The page's samples of code, run as they stand: each answers with the same label. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { getEndpoint } from '../../shared/api/routes/endpoints.ts';
import { type CodeSample, codeSamples } from '../../web/pages/code-samples.ts';
import { type Edge, startEdge } from '../helpers/edge.ts';
import { apiOf, CSV, SPEC, serveModel } from '../helpers/edge-scenario.ts';

const run = promisify(execFile);

let edge: Edge;
let samples: Map<string, CodeSample>;
beforeAll(async () => {
  edge = await startEdge();
  const owner = apiOf(edge);
  await serveModel(owner, 'points', { bytes: CSV, format: 'csv', type: 'text/csv', spec: SPEC });
  const { deployments } = await owner.call(getEndpoint, { params: { endpoint: 'points' } });
  const all = codeSamples(edge.url, 'points', deployments[0]!.modelVersion.inputs);
  samples = new Map(all.map((sample) => [sample.name, sample]));
}, 60_000);
afterAll(() => edge?.close());

test('there is one for each language and protocol, and none for texts', () => {
  expect([...samples.keys()]).toEqual([
    ...['curl', 'TypeScript', 'Python', 'In the page', 'Open Inference (V2)', 'MLflow'],
  ]);
});

test.each([
  ['curl', 'sh', ['-c']],
  ['Open Inference (V2)', 'sh', ['-c']],
  ['MLflow', 'sh', ['-c']],
  ['TypeScript', process.execPath, ['--input-type=module', '-e']],
  ['Python', 'python3', ['-c']],
] as const)('%s', async (name, program, options) => {
  const env = { ...process.env, TRAINYARD_TOKEN: edge.ownerToken };
  const { stdout } = await run(program, [...options, samples.get(name)!.text], { env });
  expect(stdout).toMatch(/\b(high|low)\b/);
});
