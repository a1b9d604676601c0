/** Definitions that cannot be meant, as the Worker answers them: with the place, and nothing of them is kept. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listPipelines } from '../../shared/api/routes/pipelines.ts';
import { type Edge, startEdge } from '../helpers/edge.ts';
import { apiOf, SPEC } from '../helpers/edge-scenario.ts';

let edge: Edge;
beforeAll(async () => {
  edge = await startEdge();
});
afterAll(() => edge?.close());

const spec = JSON.stringify(SPEC);
const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
const withModel = (model: string) => JSON.stringify({ ...SPEC, model: 'here' }).replace('"here"', model);

test.each<[string, string, number, string, RegExp]>([
  ['no JSON', '{"model":', 400, 'invalid_request', /JSON/],
  ['lists in lists', nested(200_000), 400, 'invalid_request', /^body\.0\.0\.0.*64 deep/],
  ['blocks of lists in lists', withModel(nested(200_000)), 400, 'invalid_request', /^body\.model\.0\.0.*64/],
  ['ten megabytes of lists in lists', nested(5e6), 413, 'too_large', /at most 4194304 bytes/],
  ['lists in lists, less deep', withModel(nested(50)), 400, 'invalid_request', /^body\.model\.0: .*object/],
  ['a prototype', spec.replace('{', '{"__proto__":{"polluted":1},'), 400, 'invalid_request', /"__proto__"/],
  [
    'an unknown block',
    withModel('[{"type":"dense","units":8},{"type":"wizard"}]'),
    400,
    'invalid_request',
    /^body\.model\.1\.type/,
  ],
  [
    'a circle',
    withModel('[{"type":"dense","units":2,"id":"a","inputs":["b"]},{"type":"dense","units":2,"id":"b"}]'),
    400,
    'invalid_request',
    /^body\.model\.0\.inputs\.0: no entry before this one is named "b"/,
  ],
  [
    'a layer of a million units',
    withModel('[{"type":"dense","units":1000000}]'),
    400,
    'invalid_request',
    /^body\.model\.0\.units: Too big/,
  ],
])('%s', async (_, body, status, code, message) => {
  const response = await fetch(`${edge.url}/v1/projects/default/pipelines/odd`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${edge.ownerToken}`, 'content-type': 'application/json' },
    body,
  });
  expect(response.status).toBe(status);
  const { error } = (await response.json()) as { error: { code: string; message: string } };
  expect(error.code).toBe(code);
  expect(error.message).toMatch(message);
  expect(await apiOf(edge).call(listPipelines, { params: { project: 'default' } })).toEqual([]);
});
