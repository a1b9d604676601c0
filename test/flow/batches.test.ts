/** Batch predictions of whole data sets: every row once, in all formats, with its answer or its error; cancelled, refused, told to callbacks. */
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type * as z from 'zod';
import { predict, putEndpoint } from '../../shared/api/routes/endpoints.ts';
import {
  cancelBatch,
  createBatch,
  getBatch,
  getBatchOutput,
  getWebhookSecret,
  listBatches,
} from '../../shared/api/routes/predictions.ts';
import { createToken } from '../../shared/api/routes/projects.ts';
import { toDataUrl } from '../../shared/data/encode-png.ts';
import { packZip } from '../../shared/data/pack-zip.ts';
import { NetworkPipeline } from '../../shared/definition/pipeline-spec.ts';
import { newId } from '../../shared/schema/new-id.ts';
import { BatchPrediction, type BatchRequest } from '../../shared/schema/prediction-job.ts';
import { isSigned, startReceiver } from '../helpers/callback-receiver.ts';
import { type Edge, startEdge } from '../helpers/edge.ts';
import { apiOf, CSV, pushDataset, SPEC, serveModel } from '../helpers/edge-scenario.ts';

let edge: Edge;
const endpoint = 'points';
const api = () => apiOf(edge);
beforeAll(async () => {
  edge = await startEdge({ callbacksTo: 'any' });
  await serveModel(api(), endpoint, { bytes: CSV, format: 'csv', type: 'text/csv', spec: SPEC });
});
afterAll(() => edge?.close());

/** Of `count` rows, each with a number of its own; `wrong` ones have no number where the model wants one. */
const rowsOf = (count: number, wrong: readonly number[] = []) =>
  Array.from({ length: count }, (_, i) => ({
    id: i,
    a: wrong.includes(i) ? 'many' : i % 20,
    b: (i * 7) % 23,
    note: `"${i}", said\nshe`,
  }));
type Row = ReturnType<typeof rowsOf>[number];
const csvOf = (rows: readonly Row[]) =>
  `id,a,b,note\n${rows.map(({ id, a, b, note }) => `${id},${a},${b},"${note.replaceAll('"', '""')}"`).join('\n')}`;
const linesOf = (rows: readonly Row[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

async function push(text: string | Uint8Array, type: string): Promise<string> {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : new Uint8Array(text);
  const name = newId('dataset').slice(3);
  return (await pushDataset(api(), endpoint, { name, bytes, type })).id;
}
const begin = (body: z.input<typeof BatchRequest>) => api().call(createBatch, { params: { endpoint }, body });

async function ended({ id }: BatchPrediction): Promise<BatchPrediction> {
  for (;;) {
    const response = await fetch(`${edge.url}/v1/endpoints/${endpoint}/batches/${id}`, {
      headers: { authorization: `Bearer ${edge.ownerToken}`, prefer: 'wait=20' },
    });
    const batch = BatchPrediction.parse(await response.json());
    if (response.headers.get('retry-after') === null) return batch;
    expect(['queued', 'running']).toContain(batch.state);
  }
}
const outputOf = async ({ id }: BatchPrediction) =>
  api().call(getBatchOutput, { params: { endpoint, batch: id } });

/** What the endpoint answers to the same rows, asked one request after the other. */
async function answersTo(rows: readonly Row[]) {
  const answers = [];
  for (let i = 0; i < rows.length; i += 1000) {
    const instances = rows.slice(i, i + 1000).map(({ a, b }) => ({ a, b }));
    answers.push(...(await api().call(predict, { params: { endpoint }, body: { instances } })).predictions);
  }
  return answers as { label: string; probabilities: Record<string, number> }[];
}

test('every row of a CSV has its answer, in order, and those that cannot have one their error', async () => {
  const wrong = [0, 7, 4999];
  const rows = rowsOf(5000, wrong);
  const batch = await begin({ datasetVersion: await push(csvOf(rows), 'text/csv') });
  expect(batch).toMatchObject({
    ...{
      state: 'queued',
      endpoint,
      model: { name: endpoint, version: 1 },
      format: 'csv',
      msLeft: null,
      size: 0,
    },
    rows: { total: 5000, done: 0, failed: 0 },
  });
  const done = await ended(batch);
  expect(done).toMatchObject({
    state: 'succeeded',
    error: null,
    rows: { total: 5000, done: 5000, failed: 3 },
  });
  expect(done.failures).toEqual(
    wrong.map((i) => ({
      row: i + 1,
      message: expect.stringContaining('feature "a" is "many"; expected a finite number'),
    })),
  );
  expect(await api().call(listBatches, { params: { endpoint } })).toContainEqual(done);

  const response = await outputOf(done);
  expect(response.headers.get('content-type')).toContain('text/csv');
  expect(response.headers.get('content-disposition')).toMatch(/attachment; filename=".+-predicted\.csv"/);
  const text = await response.text();
  expect(new TextEncoder().encode(text)).toHaveLength(done.size);
  const right = rows.filter((_, i) => !wrong.includes(i));
  const answers = await answersTo(right);
  const expected = rows.map((row) => {
    const given = `${row.id},${row.a},${row.b},"${row.note.replaceAll('"', '""')}"`;
    const answer = answers[right.indexOf(row)];
    if (!answer) return `${given},,,,"feature ""a"" is ""many""; expected a finite number"`;
    const { high, low } = answer.probabilities;
    return `${given},${answer.label},${high},${low},`;
  });
  expect(text).toBe(
    `id,a,b,note,predicted_label,probability_high,probability_low,error\n${expected.map((line) => `${line}\n`).join('')}`,
  );
});

test.each([
  ['gzip', (rows: Row[]) => gzipSync(csvOf(rows)), 'text/csv'],
  [
    'TSV',
    (rows: Row[]) => `id\ta\tb\n${rows.map(({ id, a, b }) => `${id}\t${a}\t${b}\n`).join('')}`,
    'text/tab-separated-values',
  ],
  ['JSON lines', linesOf, 'application/x-ndjson'],
  ['gzip of JSON lines', (rows: Row[]) => gzipSync(linesOf(rows)), 'application/x-ndjson'],
  ['a JSON array', (rows: Row[]) => JSON.stringify(rows, null, 1), 'application/json'],
] as const)('reads %s, and writes JSON lines', async (_, write, type) => {
  const rows = rowsOf(2500);
  const batch = await begin({ datasetVersion: await push(write(rows), type), format: 'jsonl' });
  const done = await ended(batch);
  expect(done).toMatchObject({ state: 'succeeded', rows: { total: 2500, done: 2500, failed: 0 } });
  const lines = (await (await outputOf(done)).text())
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const answers = await answersTo(rows);
  expect(
    lines.map(({ id, predicted_label, probability_high, error }) => [
      id,
      predicted_label,
      probability_high,
      error,
    ]),
  ).toEqual(rows.map(({ id }, i) => [id, answers[i]!.label, answers[i]!.probabilities.high, null]));
});

test('a model that looks back sees the rows before, across chunks too', async () => {
  const series = Array.from({ length: 3000 }, (_, i) => ({ t: i, value: 50 + 40 * Math.sin(i / 9) }));
  const bytes = new TextEncoder().encode(
    `t,value\n${series.map(({ t, value }) => `${t},${value}`).join('\n')}\n`,
  );
  const spec = NetworkPipeline.parse({
    ...SPEC,
    ...{ task: 'regression', target: 'value', model: [{ type: 'dense', units: 4 }] },
    features: [{ column: 'value', history: 6, steps: [{ type: 'lags', lags: [1, 2, 6] }] }],
    split: { validation: 0.2, test: 0.2, order: 'time' },
    training: { ...SPEC.training, epochs: 2, batchSize: 64 },
  });
  await serveModel(api(), 'wave', { bytes, format: 'csv', type: 'text/csv', spec });
  const datasetVersion = (await pushDataset(api(), 'wave', { name: 'wave', bytes })).id;
  const params = { endpoint: 'wave' };
  const { id } = await api().call(createBatch, { params, body: { datasetVersion, format: 'jsonl' } });
  const at = { ...params, batch: id };
  await expect
    .poll(async () => (await api().call(getBatch, { params: at })).state, { timeout: 60_000 })
    .toBe('succeeded');
  const { rows } = await api().call(getBatch, { params: at });
  // the first six have too little behind them
  expect(rows).toEqual({ total: 3000, done: 3000, failed: 6 });
  const text = await (await api().call(getBatchOutput, { params: at })).text();
  const lines = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines[5].error).toMatch(/"value_history" is missing/);
  const asked = [6, 100, 1500, 2999];
  const instances = asked.map((row) => ({
    value_history: series.slice(row - 6, row).map(({ value }) => value),
  }));
  const { predictions } = await api().call(predict, { params, body: { instances } });
  expect(asked.map((row) => lines[row].predicted_value)).toEqual(
    predictions.map((one) => 'value' in one && one.value),
  );
});

test('pictures of a zip are predicted each by itself, as they are when they are sent', async () => {
  const fileOf = (light: boolean, i: number) => {
    const data = new Uint8Array(16).fill((light ? 200 : 20) + i);
    const url = toDataUrl({ width: 4, height: 4, channels: 1, data });
    return new Uint8Array(Buffer.from(url.split(',')[1]!, 'base64'));
  };
  const paths = Array.from(
    { length: 60 },
    (_, i) => `${i % 2 ? 'light' : 'dark'}/${String(i).padStart(2, '0')}.png`,
  ).sort();
  const files = new Map(
    paths.map((path) => [path, fileOf(path.startsWith('light'), Number(path.slice(-6, -4)) % 40)]),
  );
  const bytes = packZip([...files].map(([path, bytes]) => ({ path, bytes })));
  const spec = NetworkPipeline.parse({
    ...SPEC,
    features: [
      { column: 'image', steps: [{ type: 'image', height: 4, width: 4, channels: 1, scale: 'zero-one' }] },
    ],
    model: [{ type: 'flatten' }, { type: 'dense', units: 4, activation: 'relu' }],
  });
  await serveModel(api(), 'shade', { bytes, format: 'pictures', type: 'application/zip', spec });
  const name = 'shade-again';
  const { id: datasetVersion } = await pushDataset(api(), 'shade', { name, bytes, type: 'application/zip' });
  const params = { endpoint: 'shade' };
  const { id } = await api().call(createBatch, { params, body: { datasetVersion } });
  const at = { ...params, batch: id };
  await expect
    .poll(async () => (await api().call(getBatch, { params: at })).state, { timeout: 60_000 })
    .toBe('succeeded');
  const instances = paths.map((path) => ({ image: Buffer.from(files.get(path)!).toString('base64') }));
  const { predictions } = await api().call(predict, { params, body: { instances } });
  const expected = paths.map((path, i) => {
    const { label, probabilities } = predictions[i] as {
      label: string;
      probabilities: Record<string, number>;
    };
    return `${path},${path.slice(0, -7)},${label},${probabilities.dark},${probabilities.light},\n`;
  });
  expect(await (await api().call(getBatchOutput, { params: at })).text()).toBe(
    `path,label,predicted_label,probability_dark,probability_light,error\n${expected.join('')}`,
  );
  // a table has no pictures
  const table = await push(csvOf(rowsOf(3)), 'text/csv');
  await expect(api().call(createBatch, { params, body: { datasetVersion: table } })).rejects.toMatchObject({
    message: expect.stringContaining('has no column "image"'),
  });
});

test('is told to its callback, and with a key is made once', async () => {
  const receiver = await startReceiver(200);
  const { secret } = await api().call(getWebhookSecret, { params: { endpoint } });
  const datasetVersion = await push(csvOf(rowsOf(10)), 'text/csv');
  const post = () =>
    fetch(`${edge.url}/v1/endpoints/${endpoint}/batches`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${edge.ownerToken}`,
        'content-type': 'application/json',
        'idempotency-key': 'batch',
      },
      body: JSON.stringify({ datasetVersion, callback: receiver.url }),
    });
  const first = await post();
  expect(first.status).toBe(201);
  const batch = BatchPrediction.parse(await first.json());
  expect(first.headers.get('location')).toBe(`/v1/endpoints/${endpoint}/batches/${batch.id}`);
  const second = await post();
  expect([second.status, second.headers.get('idempotent-replayed')]).toEqual([201, 'true']);
  expect(await second.json()).toEqual(batch);

  await ended(batch);
  await expect.poll(() => receiver.received.length).toBe(1);
  const [told] = receiver.received;
  expect(isSigned(told!, secret)).toBe(true);
  expect(JSON.parse(told!.body)).toMatchObject({
    type: 'batch-prediction.succeeded',
    data: { id: batch.id, rows: { done: 10 } },
  });
  await receiver.close();
});

test('of a graph, as the graph answers', async () => {
  const nodes = {
    root: {
      ...{ type: 'switch' as const },
      steps: [
        { model: endpoint, condition: { field: 'request.a', op: '>' as const, value: 9 } },
        { node: 'both' },
      ],
    },
    both: { type: 'ensemble' as const, steps: [{ name: 'one', model: endpoint }, { model: endpoint }] },
  };
  const name = 'either';
  await api().call(putEndpoint, {
    params: { endpoint: name },
    body: { project: endpoint, graph: { nodes } },
  });
  const rows = rowsOf(300, [5]);
  const datasetVersion = await push(csvOf(rows), 'text/csv');
  const params = { endpoint: name };
  const { id } = await api().call(createBatch, { params, body: { datasetVersion, format: 'jsonl' } });
  const at = { ...params, batch: id };
  await expect
    .poll(async () => (await api().call(getBatch, { params: at })).state, { timeout: 60_000 })
    .toBe('succeeded');
  const done = await api().call(getBatch, { params: at });
  expect(done).toMatchObject({
    model: { name, version: 1 },
    rows: { total: 300, done: 300, failed: 1 },
    failures: [{ row: 6, message: expect.stringMatching(/feature "a".*many/) }],
  });
  const text = await (await api().call(getBatchOutput, { params: at })).text();
  const lines = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const right = rows.filter((_, i) => i !== 5);
  const instances = right.map(({ a, b }) => ({ a, b }));
  const { predictions } = await api().call(predict, { params, body: { instances } });
  expect(right.map(({ id }) => lines[id].predicted_label)).toEqual(
    predictions.map((one) => 'label' in one && one.label),
  );
});

test('is cancelled on its way, and its output is not there', async () => {
  const batch = await begin({ datasetVersion: await push(csvOf(rowsOf(60_000)), 'text/csv') });
  const params = { endpoint, batch: batch.id };
  await expect.poll(async () => (await api().call(getBatch, { params })).rows.done).toBeGreaterThan(0);
  const { msLeft } = await api().call(getBatch, { params });
  if (msLeft !== null) expect(msLeft).toBeGreaterThanOrEqual(0);
  const cancelled = await api().call(cancelBatch, { params });
  expect(cancelled.state).toBe('cancelled');
  await new Promise((resolve) => setTimeout(resolve, 500));
  // what was still on its way when it was cancelled has changed nothing
  expect(await api().call(getBatch, { params })).toEqual(cancelled);
  await expect(api().call(getBatchOutput, { params })).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('is cancelled'),
  });
});

test('fails by name where the data set is gone', async () => {
  const datasetVersion = await push(csvOf(rowsOf(30)), 'text/csv');
  await edge.database.execute({
    sql: 'UPDATE dataset_versions SET sha256 = ? WHERE id = ?',
    args: ['0'.repeat(64), datasetVersion],
  });
  expect(await ended(await begin({ datasetVersion }))).toMatchObject({
    state: 'failed',
    error: { code: 'not_found', message: 'the data set is no longer in the store' },
  });
});

test('is refused where it cannot work, and is nobody else’s', async () => {
  const other = await push('x,b\n1,2\n', 'text/csv');
  await expect(begin({ datasetVersion: other })).rejects.toMatchObject({
    code: 'invalid_data',
    message: expect.stringMatching(/has no column "a", which points v1 needs/),
  });
  await expect(begin({ datasetVersion: newId('datasetVersion') })).rejects.toMatchObject({
    code: 'not_found',
  });
  await expect(begin({ datasetVersion: other, format: 'xml' as 'csv' })).rejects.toMatchObject({
    code: 'invalid_request',
  });
  await expect(begin({ datasetVersion: other, callback: 'nowhere' })).rejects.toMatchObject({
    code: 'invalid_request',
  });

  const datasetVersion = await push(csvOf(rowsOf(3)), 'text/csv');
  const batch = await begin({ datasetVersion });
  await ended(batch);
  const { secret } = await api().call(createToken, { body: { name: 'x', scope: 'endpoint', endpoint } });
  for (const [token, code] of [
    [secret, 'forbidden'],
    [edge.strangerToken, 'not_found'],
  ] as const) {
    const theirs = apiOf(edge, token);
    const params = { endpoint, batch: batch.id };
    await expect(theirs.call(createBatch, { params, body: { datasetVersion } })).rejects.toMatchObject({
      code,
    });
    await expect(theirs.call(listBatches, { params })).rejects.toMatchObject({ code });
    await expect(theirs.call(getBatch, { params })).rejects.toMatchObject({ code });
    await expect(theirs.call(cancelBatch, { params })).rejects.toMatchObject({ code });
    await expect(theirs.call(getBatchOutput, { params })).rejects.toMatchObject({ code });
  }
});
