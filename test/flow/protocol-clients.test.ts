/** The npm clients of Hugging Face and OpenAI, unmodified, at our endpoints. */
import { InferenceClient } from '@huggingface/inference';
import OpenAI from 'openai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toDataUrl } from '../../shared/data/encode-png.ts';
import { packZip } from '../../shared/data/pack-zip.ts';
import { NetworkPipeline } from '../../shared/definition/pipeline-spec.ts';
import { type Edge, startEdge } from '../helpers/edge.ts';
import { apiOf, CSV, SPEC, serveModel } from '../helpers/edge-scenario.ts';

let edge: Edge;
let hub: InferenceClient;
beforeAll(async () => {
  edge = await startEdge();
  hub = new InferenceClient(edge.ownerToken);
  const owner = apiOf(edge);
  await serveModel(owner, 'points', { bytes: CSV, format: 'csv', type: 'text/csv', spec: SPEC });
  await serveModel(owner, 'sum', SUM);
  await serveModel(owner, 'mood', MOOD);
  await serveModel(owner, 'shade', SHADE);
}, 60_000);
afterAll(() => edge?.close());

const { training } = SPEC;
const split = { validation: 0.2, test: 0.2 };

/** Numbers and their sum, which a line gives. */
const SUM = {
  format: 'csv' as const,
  type: 'text/csv',
  bytes: new TextEncoder().encode(
    `a,b,sum\n${Array.from({ length: 80 }, (_, i) => [i % 20, (i * 7) % 23, (i % 20) + ((i * 7) % 23)].join(',')).join('\n')}\n`,
  ),
  spec: NetworkPipeline.parse({
    ...{ schemaVersion: 1, task: 'regression', target: 'sum', split, training },
    features: ['a', 'b'].map((column) => ({ column, steps: [{ type: 'standardise' }] })),
    model: [],
  }),
};

/** Texts of which one word tells the mood. */
const MOOD = {
  format: 'tsv' as const,
  type: 'text/tab-separated-values',
  bytes: new TextEncoder().encode(
    `text\tmood\n${Array.from({ length: 60 }, (_, i) => `the day was ${i % 2 ? 'sunny' : 'rainy'} ${i % 7}\t${i % 2 ? 'good' : 'bad'}`).join('\n')}\n`,
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

const pixels = (light: boolean, i: number) => ({
  ...{ width: 4, height: 4, channels: 1 as const },
  data: new Uint8Array(16).fill((light ? 200 : 20) + i),
});
const fileOf = (light: boolean, i: number) =>
  new Uint8Array(Buffer.from(toDataUrl(pixels(light, i)).split(',')[1]!, 'base64'));

/** Pictures that are light or dark. */
const SHADE = {
  format: 'pictures' as const,
  type: 'application/zip',
  bytes: packZip(
    Array.from({ length: 40 }, (_, i) => ({
      path: `${i % 2 ? 'light' : 'dark'}/${i}.png`,
      bytes: fileOf(i % 2 === 1, i),
    })),
  ),
  spec: NetworkPipeline.parse({
    ...{ schemaVersion: 1, task: 'classification', target: 'label', split, training },
    features: [
      { column: 'image', steps: [{ type: 'image', height: 4, width: 4, channels: 1, scale: 'zero-one' }] },
    ],
    model: [{ type: 'flatten' }, { type: 'dense', units: 4, activation: 'relu' }],
  }),
};

const at = (endpoint: string) => ({ endpointUrl: `${edge.url}/v1/endpoints/${endpoint}` });

test('Hugging Face: text classification', async () => {
  const [best, other, ...rest] = await hub.textClassification({
    ...at('mood'),
    inputs: 'the day was sunny 3',
  });
  expect([best!.label, other!.label, rest]).toEqual(['good', 'bad', []]);
  expect(best!.score + other!.score).toBeCloseTo(1, 6);
  const only = await hub.textClassification({
    ...at('mood'),
    inputs: 'rainy',
    parameters: { top_k: 1 },
  });
  expect(only.map(({ label }) => label)).toEqual(['bad']);
});

test('Hugging Face: image classification', async () => {
  const picture = new Blob([fileOf(true, 5)], { type: 'image/png' });
  const [best] = await hub.imageClassification({ ...at('shade'), inputs: picture });
  expect(best!.label).toBe('light');
});

test('Hugging Face: tables', async () => {
  const data = { a: [1, 19], b: [2, 20] } as never;
  // its client takes classes for numbers; these are words
  await expect(hub.tabularClassification({ ...at('points'), inputs: { data } })).rejects.toThrow(
    'Array<number>',
  );
  const response = await fetch(at('points').endpointUrl, {
    method: 'POST',
    headers: { authorization: `Bearer ${edge.ownerToken}` },
    body: JSON.stringify({ inputs: { data } }),
  });
  expect(await response.json()).toEqual(['low', 'high']);
  expect(await hub.tabularRegression({ ...at('sum'), inputs: { data } })).toEqual([
    expect.closeTo(3, 0),
    expect.closeTo(39, 0),
  ]);
});

test.each<[string, string, BodyInit, string, RegExp]>([
  ['mood', 'application/json', '{"inputs": 7}', 'invalid_request', /body\.inputs/],
  ['mood', 'application/json', '{"inputs"', 'invalid_request', /not JSON/],
  ['mood', 'image/png', 'x', 'invalid_request', /takes "text" \(text\); expected JSON with "inputs"/],
  [
    'points',
    'application/json',
    '{"inputs": "x"}',
    'invalid_request',
    /expected \{"data": \{feature: \[values\]\}\}/,
  ],
  ['points', 'application/json', '{"inputs": {"data": {"a": [1], "b": []}}}', 'invalid_request', /0 rows/],
  ['shade', 'image/png', 'no picture', 'invalid_data', /PNG or JPEG/],
])('refuses at %s what is no input of it: %s %s', async (endpoint, type, body, code, message) => {
  const response = await fetch(`${edge.url}/v1/endpoints/${endpoint}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${edge.ownerToken}`, 'content-type': type },
    body,
  });
  expect(await response.json()).toMatchObject({ error: { code, message: expect.stringMatching(message) } });
});

test('OpenAI: embeddings, as base64 and as numbers', async () => {
  const client = new OpenAI({ baseURL: `${edge.url}/v1`, apiKey: edge.ownerToken, maxRetries: 0 });
  const input = ['the day was sunny', 'sunny', 'the day was rainy'];
  // the client asks for base64 by itself
  const { data, model } = await client.embeddings.create({ model: 'mood', input });
  expect(model).toBe('mood');
  const vectors = data.map(({ embedding }) => embedding);
  expect(vectors.map(({ length }) => length)).toEqual([6, 6, 6]);
  const dot = (a: number[], b: number[]) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
  expect(dot(vectors[0]!, vectors[0]!)).toBeCloseTo(1, 5);
  expect(dot(vectors[0]!, vectors[1]!)).toBeGreaterThan(dot(vectors[0]!, vectors[2]!));
  const plain = await client.embeddings.create({ model: 'mood', input: input[0]!, encoding_format: 'float' });
  expect(dot(plain.data[0]!.embedding, vectors[0]!)).toBeCloseTo(1, 5);

  await expect(client.embeddings.create({ model: 'points', input: 'x' })).rejects.toMatchObject({
    status: 400,
    message: expect.stringContaining('takes no text'),
  });
  await expect(client.embeddings.create({ model: 'mood', input: 'x', dimensions: 7 })).rejects.toThrow(
    'dimensions: it is 7; this model has 6',
  );
  await expect(client.embeddings.create({ model: 'nothing', input: 'x' })).rejects.toMatchObject({
    status: 404,
  });
  // no name of an endpoint, and nothing that a database takes
  await expect(client.embeddings.create({ model: '\u0000', input: 'x' })).rejects.toMatchObject({
    status: 400,
  });
});
