/** Several models as one endpoint, in every protocol: what comes out is worked out of the models' own answers. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import {
  deleteEndpoint,
  getEndpoint,
  getEndpointTraffic,
  predict,
  putEndpoint,
} from '../../shared/api/routes/endpoints.ts';
import { putModelAlias } from '../../shared/api/routes/models.ts';
import { putPipeline } from '../../shared/api/routes/pipelines.ts';
import { createProject, createToken } from '../../shared/api/routes/projects.ts';
import { score } from '../../shared/api/routes/protocols.ts';
import { createRun } from '../../shared/api/routes/runs.ts';
import { NetworkPipeline } from '../../shared/definition/pipeline-spec.ts';
import type { InferenceGraph } from '../../shared/schema/inference-graph.ts';
import type { Instance, Prediction } from '../../shared/schema/prediction.ts';
import { type Edge, startEdge } from '../helpers/edge.ts';
import { apiOf, CSV, claim, finish, pushDataset, SPEC, trainArtifact } from '../helpers/edge-scenario.ts';

const PROJECT = 'graphs';
const { training } = SPEC;
const split = { validation: 0.2, test: 0.2 };
const csv = (head: string, row: (i: number) => unknown[]) =>
  new TextEncoder().encode(`${head}\n${Array.from({ length: 80 }, (_, i) => row(i).join(',')).join('\n')}\n`);
const numbers = ['a', 'b'].map((column) => ({ column, steps: [{ type: 'standardise' as const }] }));

const PAIR = csv('a,b,label', (i) => [i % 20, (i * 7) % 23, (i % 20) + ((i * 7) % 23) > 20 ? 'high' : 'low']);
/** Name → data and definition. */
const MODELS = {
  points: [CSV, SPEC],
  // The same question with another seed, so that their answers differ a little.
  second: [PAIR, { ...SPEC, training: { ...training, seed: 5, epochs: 3 } }],
  sum: [
    csv('a,b,sum', (i) => [i % 20, (i * 7) % 23, (i % 20) + ((i * 7) % 23)]),
    NetworkPipeline.parse({
      ...{ schemaVersion: 1, task: 'regression', target: 'sum', split, training },
      ...{ features: numbers, model: [] },
    }),
  ],
  // A price that hangs on `size`, which is a label of the two above.
  price: [
    csv('size,price', (i) => (i % 2 ? ['high', 200 + (i % 5)] : ['low', 100 + (i % 5)])),
    NetworkPipeline.parse({
      ...{ schemaVersion: 1, task: 'regression', target: 'price', split, training },
      ...{ features: [{ column: 'size', steps: [{ type: 'onehot' }] }], model: [] },
    }),
  ],
} as const satisfies Record<string, readonly [Uint8Array<ArrayBuffer>, NetworkPipeline]>;

let edge: Edge;
beforeAll(async () => {
  edge = await startEdge();
  const owner = apiOf(edge);
  await owner.call(createProject, { body: { name: PROJECT } });
  for (const [name, [bytes, spec]] of Object.entries(MODELS)) {
    const dataset = await pushDataset(owner, PROJECT, { name, bytes });
    const pipeline = await owner.call(putPipeline, {
      params: { project: PROJECT, pipeline: name },
      body: spec,
    });
    const body = {
      datasetVersion: dataset.id,
      pipelineVersion: pipeline.id,
      model: name,
      on: 'runner',
    } as const;
    await owner.call(createRun, { params: { project: PROJECT }, body });
    const { modelVersion } = await finish(owner, await claim(owner), await trainArtifact(spec, bytes));
    const deployments = [{ modelVersion: modelVersion!, traffic: 100 }];
    await owner.call(putEndpoint, { params: { endpoint: `only-${name}` }, body: { deployments } });
  }
}, 60_000);
afterAll(() => edge?.close());

const put = (endpoint: string, nodes: unknown, project: string | undefined = PROJECT) =>
  apiOf(edge).call(putEndpoint, {
    params: { endpoint },
    body: { graph: { nodes } as InferenceGraph, project },
  });
const ask = (endpoint: string, instances: Instance[]) =>
  apiOf(edge).call(predict, { params: { endpoint }, body: { instances } });
const alone = async (model: string, instances: Instance[]) =>
  (await ask(`only-${model}`, instances)).predictions as (Prediction & Record<string, never>)[];

const rows = [
  { a: 1, b: 2 },
  { a: 10, b: 10 },
  { a: 19, b: 20 },
];

test('an ensemble answers with the mean of its models, and is one model in all protocols', async () => {
  await put('both', {
    root: {
      type: 'ensemble',
      steps: [
        { model: 'points', weight: 3 },
        { model: 'second', weight: 1 },
      ],
    },
  });
  const [points, second] = [await alone('points', rows), await alone('second', rows)];
  const answer = await ask('both', rows);
  expect(answer.model).toEqual({ name: 'both', version: 1 });
  const expected = rows.map(
    (_, i) => (3 * points[i]!.probabilities!.high! + second[i]!.probabilities!.high!) / 4,
  );
  for (const [i, one] of answer.predictions.entries()) {
    const { label, probabilities } = one as { label: string; probabilities: Record<string, number> };
    expect(probabilities.high).toBeCloseTo(expected[i]!, 12);
    expect(probabilities.high! + probabilities.low!).toBeCloseTo(1, 6);
    expect(label).toBe(expected[i]! > 0.5 ? 'high' : 'low');
  }
  expect(answer.steps).toEqual(
    ['points', 'second'].map((name) => ({
      ...{ step: `root/${name}`, model: { name, version: 1 }, instances: [0, 1, 2] },
    })),
  );

  const v2 = (path: string, body?: object) =>
    fetch(`${edge.url}/v2${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${edge.ownerToken}` },
      ...(body && { body: JSON.stringify(body) }),
    });
  const metadata = {
    ...{ name: 'both', versions: ['1'], platform: 'trainyard_wasm' },
    inputs: ['a', 'b'].map((name) => ({ name, datatype: 'FP64', shape: [-1, 1] })),
    outputs: [
      { name: 'label', datatype: 'BYTES', shape: [-1, 1] },
      { name: 'probabilities', datatype: 'FP64', shape: [-1, 2], parameters: { classes: ['high', 'low'] } },
    ],
  };
  for (const path of ['/models/both', '/models/both/versions/1'])
    expect(await (await v2(path)).json()).toEqual(metadata);
  expect(await (await v2('/models/both/ready')).json()).toMatchObject({ ready: true });
  expect((await v2('/models/both/versions/2')).status).toBe(404);
  expect(await (await v2('/repository/index', {})).json()).toContainEqual({
    ...{ name: 'both', version: '1', state: 'READY', reason: '' },
  });
  const inputs = ['a', 'b'].map((name) => ({
    ...{ name, shape: [3, 1], datatype: 'FP64' },
    data: rows.map((row) => row[name as 'a' | 'b']),
  }));
  const inferred = (await (await v2('/models/both/infer', { inputs })).json()) as {
    outputs: { data: number[] }[];
  };
  expect(inferred.outputs[1]!.data.filter((_, i) => i % 2 === 0)).toEqual(
    expected.map((p) => expect.closeTo(p, 12)),
  );
  const scored = await apiOf(edge).call(score, {
    params: { endpoint: 'both' },
    body: { dataframe_records: rows },
  });
  expect(scored.predictions).toEqual(expected.map((p) => (p > 0.5 ? 'high' : 'low')));
  const pipeline = await fetch(`${edge.url}/v1/endpoints/both`, {
    method: 'POST',
    headers: { authorization: `Bearer ${edge.ownerToken}` },
    body: JSON.stringify({ inputs: { data: { a: [19], b: [20] } } }),
  });
  expect(await pipeline.json()).toEqual(['high']);
  const embeddings = await fetch(`${edge.url}/v1/embeddings`, {
    method: 'POST',
    headers: { authorization: `Bearer ${edge.ownerToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'both', input: 'x' }),
  });
  expect([embeddings.status, await embeddings.text()]).toEqual([
    400,
    expect.stringContaining('a graph of models'),
  ]);

  await vi.waitFor(async () => {
    const traffic = await apiOf(edge).call(getEndpointTraffic, { params: { endpoint: 'both' } });
    expect(traffic.totals).toMatchObject([{ version: 1, requests: 4, errors: 0, rows: 10 }]);
    expect(traffic.steps).toEqual(
      ['points', 'second'].map((model) => ({
        ...{ step: `root/${model}`, model, version: 1, rows: 10, requests: 4 },
      })),
    );
  });
});

test('a sequence hands a label on, and an alias stays what it was', async () => {
  const alias = { project: PROJECT, model: 'points', alias: 'champion' };
  await apiOf(edge).call(putModelAlias, { params: alias, body: { version: 1 } });
  const made = await put('quote', {
    root: {
      type: 'sequence',
      steps: [
        { model: 'points', version: 'champion' },
        { model: 'price', inputs: { size: 'response.label' } },
      ],
    },
  });
  expect(made.graph!.nodes.root!.steps.map(({ version }) => version)).toEqual([1, 1]);
  expect(made.deployments.map(({ modelVersion, traffic }) => [modelVersion.name, traffic])).toEqual([
    ['points', 0],
    ['price', 0],
  ]);
  const labels = (await alone('points', rows)).map(({ label }) => ({ size: label }));
  const prices = await alone('price', labels);
  expect((await ask('quote', rows)).predictions).toEqual(prices);
  expect(prices.map(({ value }) => Math.round(Number(value) / 100))).toEqual(
    labels.map(({ size }) => (String(size) === 'high' ? 2 : 1)),
  );
  expect((await apiOf(edge).call(getEndpoint, { params: { endpoint: 'quote' } })).graph).toEqual(made.graph);
});

test('a cascade asks the second model only where the first is not sure', async () => {
  const first = await alone('second', rows);
  const sureness = first.map(({ probabilities }) => Math.max(...Object.values(probabilities as object)));
  // Between the least sure and the next.
  const [least = 0, next = 1] = [...sureness].sort();
  const condition = { field: 'response.confidence', op: '<', value: (least + next) / 2 };
  await put('cascade', {
    root: { type: 'sequence', steps: [{ model: 'second' }, { model: 'points', condition }] },
  });
  const unsure = sureness.indexOf(least);
  const answer = await ask('cascade', rows);
  expect(answer.steps!.map(({ instances }) => instances)).toEqual([[0, 1, 2], [unsure]]);
  const points = await alone('points', rows);
  expect(answer.predictions).toEqual(first.map((one, i) => (i === unsure ? points[i] : one)));
});

test('a switch by a field of the request; a splitter that is sticky', async () => {
  const nodes = {
    root: {
      type: 'switch',
      steps: [
        { node: 'ab', condition: { field: 'request.kind', op: '==', value: 'sum' } },
        { model: 'price' },
      ],
    },
    ab: {
      type: 'splitter',
      key: 'request.user',
      steps: [
        { name: 'one', model: 'sum' },
        { name: 'two', model: 'sum' },
      ],
    },
  };
  await put('switched', nodes);
  const sent = [
    { kind: 'sum', a: 3, b: 4, user: 'ann' },
    { size: 'low' },
    ...Array.from({ length: 40 }, (_, i) => ({ kind: 'sum', a: i, b: 0, user: `u${i}` })),
  ];
  const answer = await ask('switched', sent);
  const [sum] = await alone('sum', [{ a: 3, b: 4 }]);
  const [price] = await alone('price', [{ size: 'low' }]);
  expect(answer.predictions.slice(0, 2)).toEqual([sum, price]);
  expect(answer.steps!.map(({ step }) => step)).toEqual(['ab/one', 'ab/two', 'root/price']);
  expect((await ask('switched', sent)).steps).toEqual(answer.steps);
  await expect(ask('switched', [{ size: 'low' }, { kind: 'sum', a: 1, b: 'x' }])).rejects.toMatchObject({
    code: 'invalid_data',
    message: expect.stringMatching(
      /^instances\[1\], feature "b" is "x"; expected a finite number.*step ab\//,
    ),
  });
  await expect(ask('switched', [{ size: 'low', what: 1 }])).rejects.toMatchObject({
    message: expect.stringContaining('unknown feature "what"; accepted are "kind", "user", "a", "b", "size"'),
  });
});

test('a graph may become a plain endpoint again, and goes away as one', async () => {
  const owner = apiOf(edge);
  const at = { params: { endpoint: 'changing' } };
  const root = { type: 'sequence', steps: [{ model: 'sum' }] };
  const { deployments } = await put('changing', { root });
  expect((await ask('changing', [{ a: 1, b: 1 }])).steps).toHaveLength(1);
  // The endpoint is there, so its project need not be named.
  await owner.call(putEndpoint, { ...at, body: { graph: { nodes: { root } } as InferenceGraph } });
  const plain = [{ modelVersion: deployments[0]!.modelVersion.id, traffic: 100 }];
  expect(await owner.call(putEndpoint, { ...at, body: { deployments: plain } })).toMatchObject({
    graph: null,
  });
  await vi.waitFor(async () => {
    const answer = await ask('changing', [{ a: 1, b: 1 }]);
    expect([answer.model.name, answer.steps]).toEqual(['sum', undefined]);
  }, 5000);
  await owner.call(deleteEndpoint, at);
  await expect(owner.call(getEndpoint, at)).rejects.toMatchObject({ code: 'not_found' });
});

test.each<[string, unknown, string | undefined, string, RegExp]>([
  [
    'an unknown model',
    { root: { type: 'sequence', steps: [{ model: 'gone' }] } },
    PROJECT,
    'not_found',
    /graph\.nodes\.root\.steps\.0: there is no model "gone"/,
  ],
  [
    'an unknown version',
    { root: { type: 'sequence', steps: [{ model: 'sum', version: 9 }] } },
    PROJECT,
    'not_found',
    /"sum" has no version "9"; it has 1/,
  ],
  [
    'an unknown alias',
    { root: { type: 'sequence', steps: [{ model: 'points', version: 'best' }] } },
    PROJECT,
    'not_found',
    /no version "best"; it has 1, champion/,
  ],
  [
    'an ensemble of two tasks',
    { root: { type: 'ensemble', steps: [{ model: 'sum' }, { model: 'points' }] } },
    PROJECT,
    'invalid_request',
    /root\.points: it answers with classification, not regression/,
  ],
  [
    'a circle',
    { root: { type: 'sequence', steps: [{ node: 'root' }] } },
    PROJECT,
    'invalid_request',
    /root → root/,
  ],
  [
    'an unknown type',
    { root: { type: 'chain', steps: [{ model: 'sum' }] } },
    PROJECT,
    'invalid_request',
    /body\.graph\.nodes\.root\.type/,
  ],
  [
    'an unknown key',
    { root: { type: 'sequence', steps: [{ model: 'sum', weight: 2 }] } },
    PROJECT,
    'invalid_request',
    /weight/,
  ],
  [
    'no project',
    { root: { type: 'sequence', steps: [{ model: 'sum' }] } },
    undefined,
    'invalid_request',
    /project: it is missing/,
  ],
  [
    'a project that is not there',
    { root: { type: 'sequence', steps: [{ model: 'sum' }] } },
    'nowhere',
    'not_found',
    /no project "nowhere"/,
  ],
])('refuses %s', async (_, nodes, project, code, message) => {
  const body = { graph: { nodes } as InferenceGraph, ...(project && { project }) };
  const putting = apiOf(edge).call(putEndpoint, { params: { endpoint: 'refused' }, body });
  await expect(putting).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  await expect(ask('refused', rows)).rejects.toMatchObject({ code: 'not_found' });
});

test('is the workspace’s own', async () => {
  const stranger = apiOf(edge, edge.strangerToken);
  const root = { type: 'sequence', steps: [{ model: 'sum' }] };
  const body = { graph: { nodes: { root } } as InferenceGraph, project: PROJECT };
  await expect(stranger.call(putEndpoint, { params: { endpoint: 'mine' }, body })).rejects.toMatchObject({
    code: 'not_found',
  });
  await put('mine', { root });
  await expect(
    stranger.call(predict, { params: { endpoint: 'mine' }, body: { instances: rows } }),
  ).rejects.toMatchObject({ code: 'not_found' });
  const { secret } = await apiOf(edge).call(createToken, {
    body: { name: 'app', scope: 'endpoint', endpoint: 'mine' },
  });
  const app = apiOf(edge, secret);
  expect(
    (await app.call(predict, { params: { endpoint: 'mine' }, body: { instances: rows } })).steps,
  ).toHaveLength(1);
  await expect(app.call(putEndpoint, { params: { endpoint: 'mine' }, body })).rejects.toMatchObject({
    code: 'forbidden',
  });
  await expect(
    app.call(predict, { params: { endpoint: 'only-sum' }, body: { instances: rows } }),
  ).rejects.toMatchObject({ code: 'forbidden' });
});
