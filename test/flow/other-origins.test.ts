/** What pages of other origins need of endpoints: leave to call them, their errors too, and the models that they serve. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { getEndpoint } from '../../shared/api/routes/endpoints.ts';
import { createToken } from '../../shared/api/routes/projects.ts';
import { sha256 } from '../../shared/sha256.ts';
import { type Edge, startEdge } from '../helpers/edge.ts';
import { apiOf, CSV, SPEC, serveModel } from '../helpers/edge-scenario.ts';

const ORIGIN = { origin: 'https://elsewhere.example' };
const ANY = 'access-control-allow-origin';

let edge: Edge;
let artifact: string;
let token: string;
let foreign: string;
beforeAll(async () => {
  edge = await startEdge();
  const owner = apiOf(edge);
  for (const name of ['points', 'others'])
    await serveModel(owner, name, { bytes: CSV, format: 'csv', type: 'text/csv', spec: SPEC });
  const secretFor = async (endpoint: string) =>
    (await owner.call(createToken, { body: { scope: 'endpoint', endpoint, name: endpoint } })).secret;
  [token, foreign] = [await secretFor('points'), await secretFor('others')];
  const { deployments } = await owner.call(getEndpoint, { params: { endpoint: 'points' } });
  artifact = deployments[0]!.modelVersion.artifact;
}, 120_000);
afterAll(() => edge?.close());

const ask = (path: string, init: RequestInit & { as?: string } = {}): Promise<Response> =>
  fetch(`${edge.url}${path}`, {
    ...init,
    headers: { ...ORIGIN, authorization: `Bearer ${init.as ?? token}`, ...init.headers },
  });

test('a browser may ask first', async () => {
  for (const path of ['/v1/endpoints/points/predict', '/v2/models/points/infer', '/v1/embeddings']) {
    const response = await fetch(`${edge.url}${path}`, {
      method: 'OPTIONS',
      headers: {
        ...ORIGIN,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      },
    });
    expect(response.status, path).toBe(204);
    const { headers } = response;
    expect(headers.get(ANY)).toBe('*');
    expect(headers.get('access-control-allow-credentials')).toBe(null);
    expect(headers.get('access-control-allow-headers')).toBe('authorization,content-type');
    expect(headers.get('access-control-allow-methods')).toContain('POST');
  }
});

test('answers and refusals of endpoints may be read, those of other routes not', async () => {
  const headers = { 'content-type': 'application/json' };
  const right = { method: 'POST', body: '{"instances":[{"a":1,"b":2}]}', headers };
  const answered = await ask('/v1/endpoints/points/predict', right);
  expect([answered.status, answered.headers.get(ANY)]).toEqual([200, '*']);
  const wrong = await ask('/v1/endpoints/points/predict', { method: 'POST', body: '{', headers });
  expect([wrong.status, wrong.headers.get(ANY)]).toEqual([400, '*']);
  const nobody = await ask('/v1/endpoints/points/predict', { ...right, as: 'ty_none' });
  expect([nobody.status, nobody.headers.get(ANY)]).toEqual([401, '*']);
  const other = await ask('/v1/projects');
  expect(other.headers.get(ANY)).toBe(null);
  const plain = await fetch(`${edge.url}/v1/endpoints/points/predict`, right);
  expect(plain.headers.get(ANY)).toBe(null);
});

test('an endpoint gives the artifact that it serves, which never changes', async () => {
  const path = `/v1/endpoints/points/artifacts/${artifact}`;
  const response = await ask(path);
  expect(response.status).toBe(200);
  expect(sha256(new Uint8Array(await response.arrayBuffer()))).toBe(artifact);
  expect(response.headers.get('etag')).toBe(`"${artifact}"`);
  expect(response.headers.get('cache-control')).toBe('private, max-age=31536000, immutable');
  expect(response.headers.get(ANY)).toBe('*');
  const again = await ask(path, { headers: { 'if-none-match': `"${artifact}"` } });
  expect([again.status, await again.text()]).toEqual([304, '']);
});

test('and no other, to nobody else', async () => {
  const unknown = await ask(`/v1/endpoints/points/artifacts/${'0'.repeat(64)}`);
  expect([unknown.status, await unknown.json()]).toMatchObject([
    404,
    { error: { code: 'not_found', message: `"points" serves no artifact ${'0'.repeat(64)}` } },
  ]);
  expect((await ask(`/v1/endpoints/points/artifacts/nonsense`)).status).toBe(400);
  expect((await ask(`/v1/endpoints/points/artifacts/${artifact}`, { as: foreign })).status).toBe(403);
  expect((await ask(`/v1/endpoints/points/artifacts/${artifact}`, { as: edge.runnerToken })).status).toBe(
    403,
  );
});
