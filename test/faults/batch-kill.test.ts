/** workerd, or the runner that has it, killed (SIGKILL) in the middle of a batch prediction: it goes on, and every row is there once, as of a batch left alone. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildWorker } from '../../edge/local/build.ts';
import { type LocalTrainyard, startLocal } from '../../edge/local/start.ts';
import { type Client, createClient } from '../../shared/api/client.ts';
import { createBatch, getBatch, getBatchOutput } from '../../shared/api/routes/predictions.ts';
import { type BatchPlace, isOver } from '../../shared/schema/prediction-job.ts';
import { CSV, pushDataset, SPEC, serveModel } from '../helpers/edge-scenario.ts';
import { isAlive, type RunnerProcess, startRunner, until } from './runner-process.ts';

const ROWS = 150_000;
const endpoint = 'points';

let home: string;
let trainyard: LocalTrainyard;
let owner: Client;
const start = async () => {
  trainyard = await startLocal({ home, port: 0, log: () => {}, runner: false });
  owner = createClient({ baseUrl: trainyard.url, token: trainyard.ownerToken });
};
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'trainyard-batch-'));
  await buildWorker(() => {});
  await start();
  await serveModel(owner, endpoint, { bytes: CSV, format: 'csv', type: 'text/csv', spec: SPEC });
  const rows = Array.from({ length: ROWS }, (_, i) => `${i},${i % 20},${(i * 7) % 23}\n`);
  const bytes = new TextEncoder().encode(`id,a,b\n${rows.join('')}`);
  datasetVersion = (await pushDataset(owner, endpoint, { name: 'many', bytes })).id;
  const batch = await begin();
  await ended(batch);
  undisturbed = await output(batch);
}, 120_000);
afterAll(async () => {
  await trainyard?.close();
  await rm(home, { recursive: true, force: true });
}, 60_000);

/** Children of this process that run workerd. */
function workerds(): number[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' }).trim().split('\n');
  return lines
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(\S*)/.exec(line)!)
    .filter(([, , parent, program]) => Number(parent) === process.pid && /workerd/.test(program!))
    .map(([, pid]) => Number(pid));
}

let datasetVersion: string;
let undisturbed: string;
const begin = async (on: BatchPlace = 'edge') =>
  (await owner.call(createBatch, { params: { endpoint }, body: { datasetVersion, on } })).id;
const read = (batch: string) => owner.call(getBatch, { params: { endpoint, batch } });
const output = async (batch: string) =>
  (await owner.call(getBatchOutput, { params: { endpoint, batch } })).text();
const ended = (batch: string) => until(async () => isOver((await read(batch)).state), 'the batch has ended');
/** It has got further than it was when `seen` was. */
const further = (batch: string, seen: readonly number[]) =>
  until(async () => (await read(batch)).rows.done > (seen.at(-1) ?? 0), 'it has got on');

async function expectAllOnce(batch: string): Promise<void> {
  await ended(batch);
  expect(await read(batch)).toMatchObject({
    state: 'succeeded',
    rows: { total: ROWS, done: ROWS, failed: 0 },
  });
  const text = await output(batch);
  expect(text).toBe(undisturbed);
  const ids = text
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => Number(line.slice(0, line.indexOf(','))));
  expect(ids).toEqual(Array.from({ length: ROWS }, (_, i) => i));
}

it('goes on where it was', { timeout: 180_000 }, async () => {
  const batch = await begin();
  const seen: number[] = [];
  for (let kill = 1; kill <= 2; kill++) {
    await further(batch, seen);
    const killed = workerds();
    expect(killed.length).toBeGreaterThan(0);
    for (const pid of killed) process.kill(pid, 'SIGKILL');
    await until(() => !killed.some(isAlive), 'workerd is gone');
    await trainyard.close();
    await start();
    const { state, rows } = await read(batch);
    expect([state, rows.done < ROWS]).toEqual(['running', true]);
    seen.push(rows.done);
  }
  await expectAllOnce(batch);
});

it('goes on without the process that predicted, and on another runner', { timeout: 180_000 }, async () => {
  const server = { url: trainyard.url, token: trainyard.ownerToken };
  const started = (runner: RunnerProcess) =>
    runner.said.filter(({ message }) => message === 'batch started').map(({ pid }) => pid as number);
  const first = startRunner(join(home, 'first'), server, 'wasm');
  const batch = await begin('runner');
  const seen: number[] = [];
  await further(batch, seen);
  seen.push((await read(batch)).rows.done);
  process.kill(started(first)[0]!, 'SIGKILL');
  await until(() => started(first).length === 2, 'it begins again');
  await further(batch, seen);
  await first.end('SIGKILL');
  const second = startRunner(join(home, 'second'), server, 'wasm');
  await expectAllOnce(batch);
  const [from] = second.said.filter(({ message }) => message === 'batch started').map(({ from }) => from);
  expect(from).toBeGreaterThan(seen[0]!);
  await second.end('SIGTERM');
});
