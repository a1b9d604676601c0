/**
 * Uploads refused by their headers alone, before a byte of the body is sent. On the Worker as `npm start` runs it:
 * wrangler's test harness reads a body to its end before it lets an answer out.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildWorker } from '../../edge/local/build.ts';
import { type LocalTrainyard, startLocal } from '../../edge/local/start.ts';
import { SHA256_HEADER } from '../../shared/api/routes/datasets.ts';
import { newId } from '../../shared/schema/new-id.ts';

let home: string;
let local: LocalTrainyard;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'trainyard-refused-'));
  await buildWorker(() => {});
  local = await startLocal({ home, port: 0, log: () => {}, runner: false });
});
afterAll(async () => {
  await local?.close();
  await rm(home, { recursive: true, force: true });
});

const hash = '0'.repeat(64);
const twoGigabytes = { 'content-length': String(2 * 1024 ** 3) };
const dataset = '/v1/projects/default/datasets/big';
const artifact = `/v1/jobs/${newId('job')}/artifact?fence=1&sha256=${hash}`;

test.each([
  ['a dataset of 2 GB', dataset, twoGigabytes, 413, 'too_large'],
  ['a dataset without a length', dataset, { 'transfer-encoding': 'chunked' }, 411, 'length_required'],
  ['an artifact of 2 GB', artifact, twoGigabytes, 413, 'too_large'],
  ['a JSON body of 2 GB', '/v1/projects/default/pipelines/big', twoGigabytes, 413, 'too_large'],
])('%s', async (_, path, length, status, code) => {
  const contentType = path.includes('/pipelines/') ? 'application/json' : 'text/csv';
  const answer = await new Promise<{ status?: number; text: string }>((resolve, reject) => {
    const sending = request({
      port: new URL(local.url).port,
      method: 'PUT',
      path,
      headers: {
        authorization: `Bearer ${local.ownerToken}`,
        'content-type': contentType,
        [SHA256_HEADER]: hash,
        ...length,
      },
    });
    sending.on('error', reject).on('response', async (response) => {
      let text = '';
      for await (const chunk of response) text += chunk;
      sending.destroy();
      resolve({ status: response.statusCode, text });
    });
    sending.flushHeaders();
  });
  expect(answer.status).toBe(status);
  expect(JSON.parse(answer.text)).toMatchObject({
    error: { code, message: expect.stringMatching(/expected/) },
  });
});
