/** Who may do what: every route of the contract without a token, with the wrong scope, and from another workspace. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Route } from '../../shared/api/route.ts';
import * as datasets from '../../shared/api/routes/datasets.ts';
import * as endpoints from '../../shared/api/routes/endpoints.ts';
import * as jobs from '../../shared/api/routes/jobs.ts';
import * as models from '../../shared/api/routes/models.ts';
import * as openInference from '../../shared/api/routes/open-inference.ts';
import * as pipelines from '../../shared/api/routes/pipelines.ts';
import * as predictions from '../../shared/api/routes/predictions.ts';
import * as projects from '../../shared/api/routes/projects.ts';
import * as protocols from '../../shared/api/routes/protocols.ts';
import * as queue from '../../shared/api/routes/queue.ts';
import * as runs from '../../shared/api/routes/runs.ts';
import * as sweeps from '../../shared/api/routes/sweeps.ts';
import { putWeights } from '../../shared/api/routes/weights.ts';
import { newId } from '../../shared/schema/new-id.ts';
import { sha256 } from '../../shared/sha256.ts';
import type { TrainResult } from '../../shared/train/events.ts';
import { type Edge, startEdge } from '../helpers/edge.ts';
import { apiOf, CSV, claim, finish, queueRun, SPEC, trainArtifact } from '../helpers/edge-scenario.ts';

const isRoute = (value: unknown): value is Route =>
  typeof value === 'object' && value !== null && 'scopes' in value;
const declared: Record<string, unknown> = {
  ...datasets,
  ...endpoints,
  ...jobs,
  ...queue,
  ...sweeps,
  ...models,
  ...openInference,
  ...pipelines,
  ...predictions,
  ...projects,
  ...protocols,
  ...runs,
};
const routes = Object.entries(declared).flatMap(([name, route]) => (isRoute(route) ? [{ name, route }] : []));

let edge: Edge;
let trained: TrainResult;
/** What the first workspace has; `stranger` is the owner of the other. */
let known: Record<string, string>;

beforeAll(async () => {
  [edge, trained] = await Promise.all([startEdge(), trainArtifact()]);
  const owner = apiOf(edge);
  const { project, dataset, run, pipelineVersion } = await queueRun(owner, { project: 'mine' });
  const done = await finish(owner, await claim(owner), trained);
  await owner.call(endpoints.putEndpoint, {
    params: { endpoint: 'served' },
    body: { deployments: [{ modelVersion: done.modelVersion!, traffic: 100 }] },
  });
  const accepted = await fetch(`${edge.url}/v1/endpoints/served/predict`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${edge.ownerToken}`,
      'content-type': 'application/json',
      prefer: 'respond-async',
    },
    body: JSON.stringify({ instances: [{ a: 1, b: 2 }] }),
  });
  const batch = await owner.call(predictions.createBatch, {
    params: { endpoint: 'served' },
    body: { datasetVersion: dataset.id },
  });
  const spare = await owner.call(projects.createToken, { body: { name: 'spare', scope: 'runner' } });
  const sweep = await owner.call(sweeps.createSweep, {
    params: { project },
    body: { ...sweepBody, datasetVersion: dataset.id },
  });
  await owner.call(sweeps.stopSweep, { params: { sweep: sweep.id } });
  await owner.call(putWeights, { params: { weights: sha256(CSV) }, body: CSV });
  known = {
    weights: sha256(CSV),
    project,
    dataset: 'points',
    datasetVersion: dataset.id,
    pipeline: 'points',
    pipelineVersion,
    run: run.id,
    job: run.job,
    sweep: sweep.id,
    model: 'points',
    alias: 'champion',
    modelVersion: done.modelVersion!,
    endpoint: 'served',
    prediction: ((await accepted.json()) as { id: string }).id,
    batch: batch.id,
    artifact: trained.sha256,
    runner: newId('runner'),
    token: spare.id,
  };
});
afterAll(() => edge?.close());

/** A request that would be good in the first workspace. */
function request(name: string, route: Route, token?: string): Promise<Response> {
  const version = route.path.includes('/dataset-versions/')
    ? known.datasetVersion
    : route.path.includes('/pipeline-versions/')
      ? known.pipelineVersion
      : known.modelVersion;
  const path = route.path.replace(
    /\{(\w+)\}/g,
    (_, key: string) => (key !== 'version' ? known[key] : route.path.startsWith('/v2/') ? '1' : version)!,
  );
  const query = route.query && 'fence' in route.query.shape ? `?fence=1&sha256=${sha256(CSV)}` : '';
  const bytes = route.body === 'bytes';
  return fetch(`${edge.url}${path}${query}`, {
    method: route.method.toUpperCase(),
    headers: {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(route.body && { 'content-type': bytes ? 'text/csv' : 'application/json' }),
      ...(bytes && { [datasets.SHA256_HEADER]: sha256(CSV) }),
    },
    ...(route.body && { body: bytes ? (BYTES[name] ?? CSV) : JSON.stringify(bodies()[name] ?? {}) }),
  });
}

const tensors = JSON.stringify({
  inputs: ['a', 'b'].map((name) => ({ name, shape: [1], datatype: 'FP32', data: [1] })),
});
const BYTES: Record<string, string> = {
  inferModel: tensors,
  inferVersion: tensors,
  runPipeline: JSON.stringify({ inputs: { data: { a: [1], b: [2] } } }),
};

const sweepBody = {
  ...{ name: 'search', model: 'searched' },
  search: { kind: 'templates' as const, target: 'label', seconds: 1 },
};

const bodies = (): Record<string, unknown> => ({
  createToken: { name: 'x', scope: 'owner' },
  createProject: { name: 'other' },
  putPipeline: SPEC,
  createRun: {
    datasetVersion: known.datasetVersion,
    pipelineVersion: known.pipelineVersion,
    model: 'points',
    on: 'runner',
  },
  createSweep: { ...sweepBody, datasetVersion: known.datasetVersion },
  registerRunner: { name: 'x', device: 'x' },
  claimJob: { runner: null, run: known.run, device: 'x' },
  heartbeatJob: { fence: 1, progress: null },
  postJobMetrics: { fence: 1, points: [{ step: 1, epoch: 1, split: 'train', name: 'loss', value: 1 }] },
  postJobSnapshot: { fence: 1, snapshot: { step: 1, epoch: 1 } },
  finishJob: { fence: 1, state: 'stopped' },
  releaseJob: { fence: 1 },
  postJobLog: { fence: 1, lines: [{ line: 0, at: '2026-01-01T00:00:00.000Z', level: 'info', text: 'x' }] },
  putModelAlias: { version: 1 },
  putEndpoint: { deployments: [{ modelVersion: known.modelVersion, traffic: 100 }] },
  predict: { instances: [{ a: 1, b: 2 }] },
  createBatch: { datasetVersion: known.datasetVersion },
  createEmbeddings: { model: 'served', input: 'a' },
  score: { instances: [{ a: 1, b: 2 }] },
});

/** The Open Inference Protocol knows no codes: there the status tells. */
const code = async (response: Response) => {
  const { error } = (await response.json()) as { error: { code: string } | string };
  return typeof error === 'string' ? BY_STATUS[response.status] : error.code;
};
const BY_STATUS: Record<number, string> = { 401: 'unauthorized', 403: 'forbidden', 404: 'not_found' };

test('every route of the contract is served, and described in /openapi.json', async () => {
  const document = (await (await fetch(`${edge.url}/openapi.json`)).json()) as {
    openapi: string;
    paths: Record<string, Record<string, { responses: Record<string, unknown> }>>;
  };
  expect(document.openapi).toBe('3.1.0');
  for (const { route } of routes) {
    const described = document.paths[route.path]?.[route.method];
    expect(described, `${route.method} ${route.path}`).toBeDefined();
    expect(described!.responses).toHaveProperty(String(route.reply ? (route.status ?? 200) : 204));
  }
});

const closed = routes.filter(({ route }) => route.scopes.length > 0);
test('only health, what the server is, and the schema of a pipeline are open', () => {
  expect(routes.filter((one) => !closed.includes(one)).map(({ name }) => name)).toEqual([
    'getServerMetadata',
    'getServerMetadataToo',
    'getServerLive',
    'getServerReady',
    'getPipelineSchema',
    'getHealth',
  ]);
});

describe.each(closed)('$name', ({ name, route }) => {
  test.each([undefined, 'wrong', ''])('refuses the token %j', async (token) => {
    const response = await request(name, route, token);
    expect(response.status).toBe(401);
    expect(await code(response)).toBe('unauthorized');
  });
});

test.each(closed.filter(({ route }) => !route.scopes.includes('runner')))(
  '$name refuses a runner',
  async ({ name, route }) => {
    const response = await request(name, route, edge.runnerToken);
    expect(response.status).toBe(403);
    expect(await code(response)).toBe('forbidden');
  },
);

describe('an endpoint token', () => {
  const make = (endpoint: string) =>
    apiOf(edge).call(projects.createToken, { body: { name: endpoint, scope: 'endpoint', endpoint } });

  test('calls its own endpoint and nothing else', async () => {
    const { secret } = await make('served');
    for (const { name, route } of closed) {
      const response = await request(name, route, secret);
      // the model that is served takes no texts
      const allowed = name === 'createEmbeddings' ? 400 : 200;
      expect(response.status, name).toBe(route.scopes.includes('endpoint') ? allowed : 403);
    }
    const { secret: others } = await make('another');
    for (const { name, route } of closed.filter(
      ({ name, route }) =>
        name === 'createEmbeddings' ||
        (route.path.includes('{endpoint}') && route.scopes.includes('endpoint')),
    ))
      expect((await request(name, route, others)).status, name).toBe(403);
  });

  test('is kept as a hash only, and its secret is shown once', async () => {
    const { secret } = await make('hashed');
    const { rows } = await edge.database.execute('SELECT * FROM tokens');
    expect(JSON.stringify(rows)).not.toContain(secret);
    expect(rows.map(({ hash }) => hash)).toContain(sha256(new TextEncoder().encode(secret)));
    const listed = JSON.stringify(await apiOf(edge).call(projects.listTokens, {}));
    expect(listed).not.toContain(secret);
    expect(listed).not.toContain('"hash"');
    expect(edge.logs().join('\n')).not.toContain(secret);
  });

  test.each([
    { name: 'x', scope: 'endpoint' as const, endpoint: null },
    { name: 'x', scope: 'owner' as const, endpoint: 'served' },
  ])('needs its endpoint named, as no other does: $scope, $endpoint', async (body) => {
    await expect(apiOf(edge).call(projects.createToken, { body })).rejects.toMatchObject({
      code: 'invalid_request',
    });
  });
});

describe('a token', () => {
  const make = (expiresAt: string | null) =>
    apiOf(edge).call(projects.createToken, { body: { name: 'rented', scope: 'runner', expiresAt } });
  const session = (token: string) =>
    fetch(`${edge.url}/v1/session`, { headers: { authorization: `Bearer ${token}` } });

  test('that was revoked opens nothing any more', async () => {
    const { id, secret } = await make(null);
    expect((await session(secret)).status).toBe(200);
    await apiOf(edge).call(projects.revokeToken, { params: { token: id } });
    await expect.poll(async () => (await session(secret)).status, { timeout: 15_000 }).toBe(401);
    const again = apiOf(edge).call(projects.revokeToken, { params: { token: id } });
    await expect(again).rejects.toMatchObject({ code: 'not_found' });
  });

  test('opens nothing once its time has come, and is not made for a time that has', async () => {
    const { secret, expiresAt } = await make(new Date(Date.now() + 1500).toISOString());
    expect((await session(secret)).status).toBe(200);
    expect(await apiOf(edge).call(projects.listTokens, {})).toContainEqual(
      expect.objectContaining({ name: 'rented', expiresAt }),
    );
    await expect.poll(async () => (await session(secret)).status, { timeout: 15_000 }).toBe(401);
    await expect(make('2020-01-01T00:00:00Z')).rejects.toMatchObject({
      code: 'invalid_request',
      message: expect.stringContaining('body.expiresAt: 2020-01-01T00:00:00.000Z has passed'),
    });
  });

  test('does not revoke itself', async () => {
    const { secret } = await apiOf(edge).call(projects.createToken, { body: { name: 'x', scope: 'owner' } });
    const { rows } = await edge.database.execute('SELECT id, hash FROM tokens');
    const own = rows.find(({ hash }) => hash === sha256(new TextEncoder().encode(secret)))!;
    const response = await fetch(`${edge.url}/v1/tokens/${own.id}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${secret}` },
    });
    expect(response.status).toBe(409);
  });
});

describe('the owner of another workspace', () => {
  /** Routes that name nothing of the first workspace: they answer, with the caller's own. */
  const own = ['getSession', 'createToken', 'createProject', 'registerRunner', 'listWeights', 'putWeights'];
  const lists = [
    ...['listTokens', 'listProjects', 'listRunners', 'listEndpoints', 'getQueue', 'listAttempts'],
    ...['listServedModels', 'indexRepository', 'getStatistics'],
  ];

  test.each(closed.filter(({ name }) => ![...own, ...lists].includes(name)))(
    'finds nothing at $name',
    async ({ name, route }) => {
      const before = await snapshot();
      const response = await request(name, route, edge.strangerToken);
      expect(response.status).toBe(404);
      expect(await code(response)).toBe('not_found');
      expect(await snapshot()).toEqual(before);
    },
  );

  test.each(lists)('sees only its own at %s', async (name) => {
    const { route } = routes.find((one) => one.name === name)!;
    const text = await (await request(name, route, edge.strangerToken)).text();
    const mine = await (await request(name, route, edge.ownerToken)).text();
    // the Open Inference Protocol has names alone
    const ids = [...mine.matchAll(/"(?:id|run)":"([^"]+)"|"(served)"/g)].map(([, id, name]) => id ?? name!);
    if (name !== 'listRunners' && name !== 'getQueue') expect(ids.length).toBeGreaterThan(0);
    for (const id of ids) expect(text).not.toContain(id);
  });

  test('cannot run, nor serve, what is not its own in a project that is', async () => {
    const stranger = apiOf(edge, edge.strangerToken);
    const body = bodies().createRun as {
      datasetVersion: string;
      pipelineVersion: string;
      model: string;
      on: 'runner';
    };
    await expect(
      stranger.call(runs.createRun, { params: { project: 'default' }, body }),
    ).rejects.toMatchObject({
      code: 'not_found',
      message: expect.stringContaining(body.datasetVersion),
    });
  });

  test('may use the same names without touching the first', async () => {
    const stranger = apiOf(edge, edge.strangerToken);
    await stranger.call(projects.createProject, { body: { name: 'mine' } });
    expect(await stranger.call(runs.listRuns, { params: { project: 'mine' } })).toEqual([]);
    await expect(
      stranger.call(models.getModel, { params: { project: 'mine', model: 'points' } }),
    ).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  async function snapshot() {
    const { rows } = await edge.database.execute(
      `SELECT (SELECT count(*) FROM runs) AS runs, (SELECT count(*) FROM deployments) AS deployments,
        (SELECT count(*) FROM model_aliases) AS aliases, (SELECT count(*) FROM dataset_versions) AS versions,
        (SELECT count(*) FROM pipeline_versions) AS pipelines, (SELECT group_concat(state || fence) FROM jobs) AS jobs`,
    );
    return { ...rows[0], blobs: await edge.blobKeys() };
  }
});

test.each([
  ['GET', '/v1/nothing', 404],
  ['POST', '/v1/models/x/infer', 404],
])('%s %s is a 404 in JSON', async (method, path, status) => {
  const response = await fetch(edge.url + path, { method });
  expect(response.status).toBe(status);
  expect(await response.json()).toEqual({
    error: {
      code: 'not_found',
      message: expect.stringContaining(path),
      requestId: response.headers.get('x-request-id'),
    },
  });
});

test.each([
  ['a bad value', '{"name":"Bad Name"}', 'body.name', '"Bad Name"'],
  ['a missing one', '{}', 'body.name', 'nothing'],
  ['an unknown one', '{"name":"ok","colour":"red"}', 'colour', '"red"'],
  ['no JSON', '{', 'JSON', ''],
])('bad input names the field and the value: %s', async (_, body, field, value) => {
  const headers = { authorization: `Bearer ${edge.ownerToken}`, 'content-type': 'application/json' };
  const response = await fetch(`${edge.url}/v1/projects`, { method: 'POST', headers, body });
  const { error } = (await response.json()) as { error: { code: string; message: string } };
  expect([response.status, error.code]).toEqual([400, 'invalid_request']);
  expect(error.message).toContain(field);
  expect(error.message).toContain(value);
});

test('one log line a request, without query or token', async () => {
  const response = await fetch(`${edge.url}/v1/session?secret=hush`, {
    headers: { authorization: `Bearer ${edge.ownerToken}` },
  });
  const id = response.headers.get('x-request-id')!;
  await expect.poll(() => edge.logs().filter((line) => line.includes(id)).length).toBe(1);
  const line = edge.logs().find((one) => one.includes(id))!;
  expect(JSON.parse(line)).toMatchObject({ method: 'GET', path: '/v1/session', status: 200 });
  expect(line).not.toContain('hush');
  expect(line).not.toContain(edge.ownerToken);
});
