/** Predictions with explanations, with embeddings, and told token by token. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { RouteInput } from '../../shared/api/route.ts';
import { getEndpoint, getEndpointTraffic, predict, putEndpoint } from '../../shared/api/routes/endpoints.ts';
import { NetworkPipeline } from '../../shared/definition/pipeline-spec.ts';
import type { InferenceGraph } from '../../shared/schema/inference-graph.ts';
import type { Instance, PredictResponse, TokenSaid } from '../../shared/schema/prediction.ts';
import { type Edge, startEdge } from '../helpers/edge.ts';
import { apiOf, CSV, SPEC, serveModel } from '../helpers/edge-scenario.ts';
import { serveTinyTranslation } from '../helpers/tiny-translation.ts';

const { training } = SPEC;
const split = { validation: 0.2, test: 0.2 };
const lines = (head: string, row: (i: number) => unknown[], between: string) =>
  new TextEncoder().encode(
    `${head}\n${Array.from({ length: 80 }, (_, i) => row(i).join(between)).join('\n')}\n`,
  );
/** y = 3 a − 2 b + 5, which a line gives. */
const LINE = {
  ...{ format: 'csv' as const, type: 'text/csv' },
  bytes: lines('a,b,y', (i) => [i % 20, (i * 7) % 23, 3 * (i % 20) - 2 * ((i * 7) % 23) + 5], ','),
  spec: NetworkPipeline.parse({
    ...{ schemaVersion: 1, task: 'regression', target: 'y', split, model: [] },
    training: { ...training, epochs: 200 },
    features: ['a', 'b'].map((column) => ({ column, steps: [{ type: 'standardise' }] })),
  }),
};
const MOOD = {
  ...{ format: 'tsv' as const, type: 'text/tab-separated-values' },
  bytes: lines(
    'text\tmood',
    (i) => [`the day was ${i % 2 ? 'sunny' : 'rainy'} ${i % 7}`, i % 2 ? 'good' : 'bad'],
    '\t',
  ),
  spec: NetworkPipeline.parse({
    ...{ schemaVersion: 1, task: 'classification', target: 'mood', split, training },
    features: [
      {
        column: 'text',
        steps: [{ type: 'tfidf', analyzer: 'words', ngrams: [1, 1], maxFeatures: 50, minCount: 1 }],
      },
    ],
    model: [{ type: 'dense', units: 6, activation: 'tanh' }],
  }),
};

let edge: Edge;
beforeAll(async () => {
  edge = await startEdge();
  const owner = apiOf(edge);
  await serveModel(owner, 'points', { bytes: CSV, format: 'csv', type: 'text/csv', spec: SPEC });
  await serveModel(owner, 'line', LINE);
  await serveModel(owner, 'mood', MOOD);
  await serveTinyTranslation(owner, 'french');
}, 120_000);
afterAll(() => edge?.close());

const ask = (endpoint: string, body: RouteInput<typeof predict>['body']) =>
  apiOf(edge).call(predict, { params: { endpoint }, body });
const values = ({ predictions }: PredictResponse) =>
  predictions.map((one) => ('value' in one ? one.value : Number.NaN));
const post = (endpoint: string, body: object, headers: Record<string, string> = {}, signal?: AbortSignal) =>
  fetch(`${edge.url}/v1/endpoints/${endpoint}/predict`, {
    ...{ method: 'POST', body: JSON.stringify(body), signal: signal ?? null },
    headers: { authorization: `Bearer ${edge.ownerToken}`, 'content-type': 'application/json', ...headers },
  });

test('explains a line by its slopes', async () => {
  const { deployments } = await apiOf(edge).call(getEndpoint, { params: { endpoint: 'line' } });
  const typical = Object.fromEntries(
    deployments[0]!.modelVersion.inputs.map((field) => [
      field.name,
      'example' in field ? Number(field.example) : 0,
    ]),
  ) as { a: number; b: number };
  const instance = { a: 12, b: 3 };
  // the model's own slopes, from its own answers, which a training comes near to 3 and −2
  const [at, base, moreA, moreB] = values(
    await ask('line', {
      instances: [instance, typical, { ...typical, a: typical.a + 1 }, { ...typical, b: typical.b + 1 }],
    }),
  ) as [number, number, number, number];
  expect([moreA - base, moreB - base]).toEqual([expect.closeTo(3, 0), expect.closeTo(-2, 0)]);
  const { predictions, explanations } = await ask('line', { instances: [instance], explain: true });
  expect(predictions).toEqual([{ value: at }]);
  const [{ features, ...rest }] = explanations as [NonNullable<PredictResponse['explanations']>[0]];
  expect(rest).toEqual({ base: expect.closeTo(base, 4), value: expect.closeTo(at, 4), method: 'exact' });
  expect(features.a).toBeCloseTo((moreA - base) * (12 - typical.a), 3);
  expect(features.b).toBeCloseTo((moreB - base) * (3 - typical.b), 3);
  const compared = await ask('line', { instances: [instance], explain: { baseline: { a: 0, b: 0 } } });
  expect(compared.explanations![0]!.features).toEqual({
    a: expect.closeTo((moreA - base) * 12, 3),
    b: expect.closeTo((moreB - base) * 3, 3),
  });
});

test('explains a text by its words, and a class that is asked for', async () => {
  const instances = [{ text: 'the day was sunny' }, { text: 'rainy' }];
  const { explanations } = await ask('mood', { instances, explain: true });
  expect(explanations!.map((one) => one.class)).toEqual(['good', 'bad']);
  const words = explanations![0]!.words!.text!;
  expect(words.map(({ text }) => text)).toEqual(['the', 'day', 'was', 'sunny']);
  const most = words.reduce((a, b) => (a.effect > b.effect ? a : b));
  expect(most.text).toBe('sunny');
  const alone = await ask('mood', { instances: [{ text: 'the day was' }, { text: 'the day was sunny' }] });
  const [without, whole] = alone.predictions.map((one) =>
    'probabilities' in one ? one.probabilities.good! : 0,
  );
  expect(most.effect).toBeCloseTo(whole! - without!, 6);
  const bad = await ask('mood', { instances: instances.slice(0, 1), explain: { class: 'bad' } });
  expect(bad.explanations![0]!.words!.text![3]!.effect).toBeCloseTo(-most.effect, 6);
});

test('gives embeddings, those of /v1/embeddings before they are made one long', async () => {
  const { embeddings, predictions } = await ask('mood', { instances: [{ text: 'sunny' }], embeddings: true });
  expect([predictions.length, embeddings!.length, embeddings![0]!.length]).toEqual([1, 1, 6]);
  const response = await fetch(`${edge.url}/v1/embeddings`, {
    method: 'POST',
    headers: { authorization: `Bearer ${edge.ownerToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'mood', input: 'sunny', encoding_format: 'float' }),
  });
  const { data } = (await response.json()) as { data: { embedding: number[] }[] };
  const length = Math.hypot(...embeddings![0]!);
  expect(embeddings![0]!.map((x) => x / length)).toEqual(data[0]!.embedding.map((x) => expect.closeTo(x, 5)));
});

test('explains a graph as it explains a model', async () => {
  const { project } = await apiOf(edge).call(getEndpoint, { params: { endpoint: 'line' } });
  expect(project).toBeTruthy();
  const root = { type: 'ensemble', steps: [{ model: 'line' }, { name: 'again', model: 'line', weight: 2 }] };
  const body = { graph: { nodes: { root } } as InferenceGraph, project: 'line' };
  await apiOf(edge).call(putEndpoint, { params: { endpoint: 'twice' }, body });
  const asked = { instances: [{ a: 12, b: 3 }], explain: true };
  const [one, graph] = [await ask('line', asked), await ask('twice', asked)];
  for (const name of ['a', 'b'])
    expect(graph.explanations![0]!.features[name]).toBeCloseTo(one.explanations![0]!.features[name]!, 4);
  expect(graph.steps).toHaveLength(2);
  await expect(ask('twice', { instances: [{ a: 1, b: 1 }], embeddings: true })).rejects.toMatchObject({
    ...{ code: 'invalid_request', message: expect.stringContaining('embeddings: "twice" is a graph') },
  });
});

/** What stands in the events. */
async function eventsOf(response: Response): Promise<string[]> {
  const text = await response.text();
  expect(text.endsWith('\n\n')).toBe(true);
  const events = text.slice(0, -2).split('\n\n');
  expect(events.every((event) => event.startsWith('data: '))).toBe(true);
  return events.map((event) => event.slice('data: '.length));
}

const EVENTS = { accept: 'text/event-stream' };

test('tells a translation token by token, and then as it is told at once', async () => {
  const instances: Instance[] = [
    { english: 'the red dog sees a cat.' },
    { english: 'a man hears the bird.' },
  ];
  const whole = await ask('french', { instances });
  for (const [body, headers] of [
    [{ instances }, EVENTS],
    [{ instances, stream: true }, {}],
  ] as const) {
    const response = await post('french', body, headers);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const events = await eventsOf(response);
    expect(events.pop()).toBe('[DONE]');
    const last = JSON.parse(events.pop()!) as PredictResponse;
    expect(last).toEqual({ ...whole, id: expect.stringMatching(/^pred_/) });
    const said = events.map((event) => JSON.parse(event) as TokenSaid);
    expect(said.length).toBeGreaterThan(6);
    for (const [i, prediction] of last.predictions.entries()) {
      const { text, score } = prediction as { text: string; score: number };
      const own = said.filter(({ index }) => index === i);
      expect(own.map(({ token }) => token.text).join('')).toBe(text);
      // the score also counts the mark at the end, which is no token that is said
      const product = own.reduce((sum, { token }) => sum + token.logprob, 0);
      expect(product).toBeGreaterThanOrEqual((own.length + 1) * Math.log(score) - 1e-6);
    }
  }
});

test('a model that says no tokens answers in one event; what is wrong is answered as ever', async () => {
  const events = await eventsOf(await post('points', { instances: [{ a: 1, b: 2 }] }, EVENTS));
  expect(events).toHaveLength(2);
  expect(JSON.parse(events[0]!)).toMatchObject({
    model: { name: 'points' },
    predictions: [{ label: 'low' }],
  });
  for (const [endpoint, body, status] of [
    ['french', { instances: [{ english: 7 }] }, 422],
    ['french', { instances: [] }, 400],
    ['points', { instances: [{ a: 1 }] }, 422],
    ['nothing', { instances: [{ a: 1 }] }, 404],
  ] as const) {
    const response = await post(endpoint, body, EVENTS);
    expect([response.status, response.headers.get('content-type')]).toEqual([status, 'application/json']);
  }
});

test('who goes away ends the work', async () => {
  const instances = Array.from({ length: 400 }, () => ({ english: 'the old man sees the small bird.' }));
  const gone = new AbortController();
  const response = await post('french', { instances }, EVENTS, gone.signal);
  const reader = response.body!.getReader();
  // it has begun before it was found
  const { value } = await reader.read();
  const begun = new TextDecoder().decode(value);
  expect([begun.includes('"token"'), begun.includes('[DONE]')]).toEqual([true, false]);
  gone.abort();
  await vi.waitFor(async () => {
    // what is told by the next request, if the one that went away could not
    await ask('french', { instances: [{ english: 'a cat.' }] });
    const { recent } = await apiOf(edge).call(getEndpointTraffic, { params: { endpoint: 'french' } });
    expect(recent.some(({ status, summary }) => status === 499 && summary === 'closed by the client')).toBe(
      true,
    );
  }, 10_000);
}, 20_000);

test.each<[string, string, object, number, RegExp]>([
  ['a translation', 'french', { explain: true }, 400, /explain: the model's task is translation/],
  [
    'a class that is not there',
    'mood',
    { explain: { class: 'odd' } },
    400,
    /class: there is no .*odd.*; expected .*bad.*good/,
  ],
  ['an odd option', 'mood', { explain: { method: 'lime' } }, 400, /body\.explain/],
  [
    'too many',
    'mood',
    { explain: true, instances: Array(17).fill({ text: 'x' }) },
    400,
    /17 instances; at most 16/,
  ],
  ['embeddings of a word', 'mood', { embeddings: 'yes' }, 400, /body\.embeddings.*yes/],
])('refuses to explain %s', async (_, endpoint, more, status, message) => {
  const field = endpoint === 'french' ? 'english' : 'text';
  const response = await post(endpoint, { instances: [{ [field]: 'x' }], ...more });
  expect([response.status, await response.text()]).toEqual([status, expect.stringMatching(message)]);
});

test('needs a token for the endpoint', async () => {
  const body = { instances: [{ a: 1, b: 2 }], explain: true };
  for (const token of ['', edge.runnerToken, edge.strangerToken]) {
    const response = await post('points', body, { authorization: `Bearer ${token}`, ...EVENTS });
    expect(response.status).toBe({ '': 401, [edge.runnerToken]: 403, [edge.strangerToken]: 404 }[token]);
  }
});
