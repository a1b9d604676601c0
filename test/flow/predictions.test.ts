/** Requests with a key are answered once; predictions that are made later end, are told to their callback, and are deleted in time. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { getEndpointTraffic, predict } from '../../shared/api/routes/endpoints.ts';
import {
  cancelPrediction,
  getPrediction,
  getWebhookSecret,
  rollWebhookSecret,
} from '../../shared/api/routes/predictions.ts';
import { createToken } from '../../shared/api/routes/projects.ts';
import { newId } from '../../shared/schema/new-id.ts';
import { AsyncPrediction } from '../../shared/schema/prediction-job.ts';
import { isSigned, startReceiver } from '../helpers/callback-receiver.ts';
import { type Edge, startEdge } from '../helpers/edge.ts';
import { apiOf, CSV, SPEC, serveModel } from '../helpers/edge-scenario.ts';

let edge: Edge;
beforeAll(async () => {
  edge = await startEdge({ callbacksTo: 'any' });
  await serveModel(apiOf(edge), 'points', { bytes: CSV, format: 'csv', type: 'text/csv', spec: SPEC });
});
afterAll(() => edge?.close());

const instances = [{ a: 1, b: 2 }];
const ask = (
  headers: Record<string, string>,
  body: unknown = { instances },
  { token = edge.ownerToken, endpoint = 'points' } = {},
) =>
  fetch(`${edge.url}/v1/endpoints/${endpoint}/predict`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
const errorOf = async (response: Response) =>
  ((await response.json()) as { error: { code: string; message: string } }).error;

const traffic = () => apiOf(edge).call(getEndpointTraffic, { params: { endpoint: 'points' } });
const requests = async () => (await traffic()).totals.reduce((sum, one) => sum + one.requests, 0);

const later = { prefer: 'respond-async' };
async function accept(headers: Record<string, string> = {}, body?: unknown) {
  const response = await ask({ ...later, ...headers }, body);
  expect(response.status, await response.clone().text()).toBe(202);
  return { response, job: AsyncPrediction.parse(await response.json()) };
}
/** Once it has ended. */
async function ended(id: string): Promise<AsyncPrediction> {
  const response = await fetch(`${edge.url}/v1/endpoints/points/predictions/${id}`, {
    headers: { authorization: `Bearer ${edge.ownerToken}`, prefer: 'wait=20' },
  });
  return AsyncPrediction.parse(await response.json());
}
const read = (prediction: string, token?: string) =>
  apiOf(edge, token).call(getPrediction, { params: { endpoint: 'points', prediction } });

describe('a request with an Idempotency-Key', () => {
  test('is answered once, and counted once', async () => {
    const before = await requests();
    const headers = { 'idempotency-key': 'once' };
    const first = await ask(headers);
    expect([first.status, first.headers.get('idempotent-replayed')]).toEqual([200, null]);
    const answer = await first.json();
    expect(answer).toMatchObject({ predictions: [{ label: 'low' }] });
    const second = await ask(headers);
    expect([second.status, second.headers.get('idempotent-replayed')]).toEqual([200, 'true']);
    expect(second.headers.get('content-type')).toContain('application/json');
    expect(await second.json()).toEqual(answer);
    expect(await requests()).toBe(before + 1);
    // without a key, and with another, it is another request
    expect(await (await ask({})).json()).not.toEqual(answer);
    expect(await (await ask({ 'idempotency-key': 'twice' })).json()).not.toEqual(answer);
    expect(await requests()).toBe(before + 3);
  });

  test('must be the same request', async () => {
    await ask({ 'idempotency-key': 'one' });
    for (const response of [
      await ask({ 'idempotency-key': 'one' }, { instances: [{ a: 9, b: 2 }] }),
      await ask({ 'idempotency-key': 'one', ...later }),
    ]) {
      expect(response.status).toBe(422);
      expect(await errorOf(response)).toMatchObject({
        code: 'invalid_data',
        message: expect.stringMatching(/"Idempotency-Key" is "one", which came with another request/),
      });
    }
  });

  test('is a conflict while the first is in progress, and is taken up again when that was lost', async () => {
    const headers = { 'idempotency-key': 'slow' };
    const first = await (await ask(headers)).json();
    const busy = (until: number) =>
      edge.database.execute({
        sql: 'UPDATE idempotency_keys SET busy_until = ? WHERE key = ?',
        args: [until, 'slow'],
      });
    await busy(Date.now() + 60_000);
    const response = await ask(headers);
    expect(response.status).toBe(409);
    expect(await errorOf(response)).toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(/still in progress/),
    });
    await busy(1);
    // under the id that it had
    const again = await ask(headers);
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([200, null]);
    expect(await again.json()).toEqual(first);
  });

  test('of many at once one is answered, and none differs', async () => {
    const headers = { 'idempotency-key': 'many' };
    const responses = await Promise.all(Array.from({ length: 8 }, () => ask(headers)));
    const answered = responses.filter(({ status }) => status === 200);
    expect(
      responses.map(({ status }) => status).filter((status) => status !== 200 && status !== 409),
    ).toEqual([]);
    const ids = await Promise.all(answered.map(async (one) => ((await one.json()) as { id: string }).id));
    expect(new Set(ids).size).toBe(1);
    const fresh = answered.filter((one) => one.headers.get('idempotent-replayed') === null);
    expect(fresh).toHaveLength(1);
  });

  test('that was refused may be sent again, and its key is its token’s own', async () => {
    const headers = { 'idempotency-key': 'mine' };
    const wrong = { instances: [{ a: 'x', b: 1 }] };
    expect((await ask(headers, wrong)).status).toBe(422);
    const right = await ask(headers);
    expect(right.status).toBe(200);
    const { secret } = await apiOf(edge).call(createToken, {
      body: { name: 'other', scope: 'endpoint', endpoint: 'points' },
    });
    const others = await ask(headers, wrong, { token: secret });
    expect(await errorOf(others)).toMatchObject({ message: expect.stringMatching(/feature "a"/) });
  });

  test.each(['', 'a b', 'x'.repeat(256)])('refuses the key %j', async (key) => {
    const response = await ask({ 'idempotency-key': key });
    expect(response.status).toBe(400);
    expect(await errorOf(response)).toMatchObject({
      code: 'invalid_request',
      message: expect.stringMatching(/Idempotency-Key/),
    });
  });

  test('is forgotten after a day, with its answer', async () => {
    const headers = { 'idempotency-key': 'old' };
    const first = await (await ask(headers)).json();
    const kept = async () => (await edge.blobKeys()).filter((key) => key.endsWith('/old'));
    expect(await kept()).toHaveLength(1);
    await edge.database.execute("UPDATE idempotency_keys SET expires_at = 1 WHERE key = 'old'");
    // whatever is done next for the endpoint looks for what is too old
    const { job } = await accept();
    await ended(job.id);
    await expect.poll(kept).toEqual([]);
    expect(await (await ask(headers)).json()).not.toEqual(first);
  });
});

describe('an asynchronous prediction', () => {
  test('is accepted, answered as the same request is at once, and counted', async () => {
    const before = await requests();
    const { response, job } = await accept();
    expect(response.headers.get('preference-applied')).toBe('respond-async');
    expect(response.headers.get('retry-after')).toBe('1');
    expect(response.headers.get('location')).toBe(`/v1/endpoints/points/predictions/${job.id}`);
    expect(job).toMatchObject({ endpoint: 'points', state: 'queued', response: null, error: null });
    expect(Date.parse(job.expiresAt) - Date.parse(job.createdAt)).toBe(86_400_000);
    const done = await ended(job.id);
    const now = await apiOf(edge).call(predict, { params: { endpoint: 'points' }, body: { instances } });
    expect(done).toMatchObject({ state: 'succeeded', error: null, callback: null });
    expect(done.response).toEqual({ ...now, id: job.id });
    expect(Date.parse(done.endedAt!)).toBeGreaterThanOrEqual(Date.parse(done.startedAt!));
    await expect.poll(requests).toBe(before + 2);
  });

  test('with a key is made once', async () => {
    const { response, job } = await accept({ 'idempotency-key': 'later' });
    const { response: again, job: same } = await accept({ 'idempotency-key': 'later' });
    expect(same.id).toBe(job.id);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(again.headers.get('location')).toBe(response.headers.get('location'));
    const { rows } = await edge.database.execute({
      sql: 'SELECT id FROM prediction_jobs WHERE id = ?',
      args: [job.id],
    });
    expect(rows).toHaveLength(1);
  });

  test('that the model refuses has failed, with the error that an answer would have', async () => {
    const { job } = await accept({}, { instances: [{ a: 'x', b: 1 }] });
    expect(await ended(job.id)).toMatchObject({
      state: 'failed',
      response: null,
      error: {
        code: 'invalid_data',
        message: expect.stringContaining('feature "a" is "x"'),
        requestId: expect.any(String),
      },
    });
  });

  test.each([
    [{ instances: [] }, 400, /instances/],
    [{ instances, callback: 'ftp://example.com' }, 400, /expected https: or http:/],
    [{ instances, callback: 7 }, 400, /callback/],
  ])('is refused at once where it is plainly wrong: %j', async (body, status, message) => {
    const keys = await edge.blobKeys();
    const response = await ask(later, body);
    expect(response.status).toBe(status);
    expect((await errorOf(response)).message).toMatch(message);
    expect(await edge.blobKeys()).toEqual(keys);
  });

  test('alone has a callback', async () => {
    const response = await ask({}, { instances, callback: 'https://example.com' });
    expect(await errorOf(response)).toMatchObject({
      message: expect.stringContaining('Prefer: respond-async'),
    });
  });

  test('is nobody else’s', async () => {
    const { job } = await accept();
    expect((await ask(later, undefined, { endpoint: 'nothing' })).status).toBe(404);
    expect((await ask(later, undefined, { token: edge.strangerToken })).status).toBe(404);
    await expect(read(job.id, edge.strangerToken)).rejects.toMatchObject({ code: 'not_found' });
    await expect(read(newId('prediction'))).rejects.toMatchObject({ code: 'not_found' });
    await expect(read('pred_x')).rejects.toMatchObject({ code: 'invalid_request' });
    const { secret } = await apiOf(edge).call(createToken, {
      body: { name: 'elsewhere', scope: 'endpoint', endpoint: 'another' },
    });
    await expect(read(job.id, secret)).rejects.toMatchObject({ code: 'forbidden' });
  });

  test('is cancelled while it waits; one that has ended stays as it is', async () => {
    const { job } = await accept();
    await ended(job.id);
    const params = { endpoint: 'points', prediction: job.id };
    expect(await apiOf(edge).call(cancelPrediction, { params })).toMatchObject({ state: 'succeeded' });
    // as if it had not been taken up yet
    await edge.database.execute({
      sql: "UPDATE prediction_jobs SET state = 'queued', due_at = ?, ended_at = NULL WHERE id = ?",
      args: [Date.now() + 60_000, job.id],
    });
    expect(await apiOf(edge).call(cancelPrediction, { params })).toMatchObject({ state: 'cancelled' });
    expect(await read(job.id)).toMatchObject({ state: 'cancelled', response: null });
  });

  test('that a lost isolate had taken up is taken up again when its lease has run out', async () => {
    const { job } = await accept();
    await ended(job.id);
    await edge.database.execute({
      sql: "UPDATE prediction_jobs SET state = 'running', due_at = 1, ended_at = NULL WHERE id = ?",
      args: [job.id],
    });
    // who asks wakes what works on it
    expect(await ended(job.id)).toMatchObject({ state: 'succeeded' });
    const { rows } = await edge.database.execute({
      sql: 'SELECT fence FROM prediction_jobs WHERE id = ?',
      args: [job.id],
    });
    expect(rows[0]!.fence).toBe(2);
  });

  test('that never comes to its end is given up', async () => {
    const { job } = await accept();
    await ended(job.id);
    await edge.database.execute({
      sql: "UPDATE prediction_jobs SET state = 'running', attempts = 5, due_at = 1, ended_at = NULL WHERE id = ?",
      args: [job.id],
    });
    expect(await ended(job.id)).toMatchObject({
      state: 'failed',
      error: { code: 'internal', message: expect.stringMatching(/begun 5 times/) },
    });
  });

  test('is deleted when its time is over, with all that belongs to it', async () => {
    const { job } = await accept();
    await ended(job.id);
    const mine = async () => (await edge.blobKeys()).filter((key) => key.includes(job.id));
    expect(await mine()).toHaveLength(2);
    await edge.database.execute({
      sql: 'UPDATE prediction_jobs SET expires_at = 1 WHERE id = ?',
      args: [job.id],
    });
    await ended((await accept()).job.id);
    await expect.poll(mine).toEqual([]);
    await expect(read(job.id)).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('a callback', () => {
  const delivered = async (id: string, state: string) => {
    await expect.poll(async () => (await read(id)).callback?.state, { timeout: 30_000 }).toBe(state);
    return (await read(id)).callback!;
  };

  test('is signed, and tried again until it is taken', async () => {
    const receiver = await startReceiver(500, 302, 204);
    const { secret } = await apiOf(edge).call(getWebhookSecret, { params: { endpoint: 'points' } });
    expect(secret).toMatch(/^whsec_/);
    const { job } = await accept({}, { instances, callback: receiver.url });
    expect(job.callback).toEqual({
      url: receiver.url,
      state: 'waiting',
      attempts: 0,
      nextAt: null,
      error: null,
    });
    await expect.poll(async () => (await read(job.id)).callback?.attempts).toBe(1);
    await expect.poll(async () => (await read(job.id)).callback?.error).toMatch(/answered 500/);
    const { nextAt } = (await read(job.id)).callback!;
    expect(Date.parse(nextAt!)).toBeGreaterThan(Date.now());

    expect(await delivered(job.id, 'delivered')).toMatchObject({ attempts: 3, nextAt: null, error: null });
    expect(receiver.received).toHaveLength(3);
    const done = await read(job.id);
    for (const one of receiver.received) {
      expect(isSigned(one, secret)).toBe(true);
      expect(isSigned({ ...one, body: `${one.body} ` }, secret)).toBe(false);
      expect(one.headers['webhook-id']).toBe(job.id);
      const { type, timestamp, data } = JSON.parse(one.body);
      expect([type, timestamp]).toEqual(['prediction.succeeded', done.endedAt]);
      expect(data).toMatchObject({ id: job.id, state: 'succeeded', response: done.response });
    }
    await receiver.close();
  });

  test('is told of a failure too, is not sent again where it is gone, and signed with the newest secret', async () => {
    const receiver = await startReceiver(410);
    const params = { endpoint: 'points' };
    const { secret: old } = await apiOf(edge).call(getWebhookSecret, { params });
    const { secret } = await apiOf(edge).call(rollWebhookSecret, { params });
    expect(secret).not.toBe(old);
    const { job } = await accept({}, { instances: [{}], callback: receiver.url });
    expect(await delivered(job.id, 'failed')).toMatchObject({
      attempts: 1,
      nextAt: null,
      error: expect.stringMatching(/answered 410/),
    });
    const [one] = receiver.received;
    expect([isSigned(one!, old), isSigned(one!, secret)]).toEqual([false, true]);
    expect(JSON.parse(one!.body)).toMatchObject({
      type: 'prediction.failed',
      data: { error: { code: 'invalid_data' } },
    });
    await receiver.close();
  });

  test('has a secret that only an owner may read', async () => {
    const { secret: token } = await apiOf(edge).call(createToken, {
      body: { name: 'page', scope: 'endpoint', endpoint: 'points' },
    });
    const params = { endpoint: 'points' };
    await expect(apiOf(edge, token).call(getWebhookSecret, { params })).rejects.toMatchObject({
      code: 'forbidden',
    });
    await expect(apiOf(edge, edge.strangerToken).call(getWebhookSecret, { params })).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});

test('callbacks to private addresses are refused where the server is not told to allow them', async () => {
  const elsewhere = await startEdge();
  try {
    await serveModel(apiOf(elsewhere), 'points', { bytes: CSV, format: 'csv', type: 'text/csv', spec: SPEC });
    const response = await fetch(`${elsewhere.url}/v1/endpoints/points/predict`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${elsewhere.ownerToken}`,
        'content-type': 'application/json',
        ...later,
      },
      body: JSON.stringify({ instances, callback: 'http://127.0.0.1:1/' }),
    });
    expect(await errorOf(response)).toMatchObject({
      code: 'invalid_request',
      message: expect.stringMatching(/private address.*CALLBACKS_TO/),
    });
  } finally {
    await elsewhere.close();
  }
});
