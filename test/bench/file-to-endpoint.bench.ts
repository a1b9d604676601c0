/**
 * From a CSV to an endpoint that predicts: seconds until the first prediction, score on the same rows held out, and what
 * the endpoint then bears. Trainyard is measured as it is used, `npx trainyard train FILE --deploy NAME` with its server
 * up; the contestant as it would be, a script that loads, fits and serves. Data: TRAINYARD_DATASETS.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { buildWorker } from '../../edge/local/build.ts';
import { type LocalTrainyard, startLocal } from '../../edge/local/start.ts';
import { loadDataset } from '../../shared/data/load-dataset.ts';
import { profileBytes } from '../../shared/data/profile-dataset.ts';
import type { Table } from '../../shared/data/table.ts';
import { suggestPipeline } from '../../shared/templates/suggest-pipeline.ts';
import { splitRows } from '../../shared/train/split-rows.ts';
import { findPython } from '../helpers/python.ts';
import { alternating, measured, say } from './contest.ts';
import { load, post, type Target } from './load.ts';
import { type Row, rowsOf } from './rows.ts';
import { SKLEARN, type SklearnTask, startSklearn } from './sklearn.ts';

const ROUNDS = 3;
const SECONDS = 5; // of load
const OURS = 'trainyard';
const THEIRS = 'scikit-learn + FastAPI';
const CLI = join(import.meta.dirname, '../../cli/bin.js');

const DATASETS = [
  { name: 'iris', file: 'tabular-sklearn/iris.csv', target: 'species', score: 'accuracy' },
  { name: 'penguins', file: 'tabular-penguins/penguins.csv', target: 'species', score: 'accuracy' },
  {
    name: 'breast-cancer',
    file: 'tabular-sklearn/breast_cancer.csv',
    target: 'diagnosis',
    score: 'accuracy',
  },
  { name: 'wine', file: 'tabular-sklearn/wine.csv', target: 'cultivar', score: 'accuracy' },
  { name: 'diabetes', file: 'tabular-sklearn/diabetes.csv', target: 'progression', score: 'r2' },
  { name: 'digits', file: 'tabular-sklearn/digits8x8.csv.gz', target: 'digit', score: 'accuracy' },
] as const;

interface Case extends SklearnTask {
  name: string;
  /** As `body`, of the columns that the suggested pipeline learns from. */
  learntBody: string;
  score: (typeof DATASETS)[number]['score'];
}

export async function bench(): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'trainyard-bench-'));
  try {
    return await benchIn(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function benchIn(folder: string): Promise<Row[]> {
  const cases = await prepare(folder);
  if (cases.length === 0) return [];
  const python = await findPython(SKLEARN).catch((error: Error) => {
    say(`without ${THEIRS}: no Python with its packages (${error.message.trim().split('\n').at(-1)})`);
    return null;
  });
  await buildWorker(say);
  const server = await startLocal({ home: join(folder, 'home'), port: 0, log: say });
  try {
    const contestants = new Map<string, Contestant>([[OURS, trainyard(server, folder)]]);
    if (python) contestants.set(THEIRS, (one) => startSklearn(python, one));
    const rows: Row[] = [];
    for (const one of cases) rows.push(...(await race(one, contestants)));
    const penguins = cases.find(({ name }) => name === 'penguins');
    if (penguins) rows.push(...(await bear(penguins, contestants)));
    return rows;
  } finally {
    await server.close();
  }
}

/** The datasets that are there, with the rows that Trainyard will hold out. */
async function prepare(folder: string): Promise<Case[]> {
  const home = process.env.TRAINYARD_DATASETS;
  if (!home) {
    say('skipped: TRAINYARD_DATASETS names no folder of datasets');
    return [];
  }
  const cases: Case[] = [];
  for (const { name, file: source, target, score } of DATASETS) {
    const bytes = await readFile(join(home, source)).catch(() => null);
    if (!bytes) {
      say(`skipped ${name}: no ${source} in TRAINYARD_DATASETS`);
      continue;
    }
    const csv = new Uint8Array(source.endsWith('.gz') ? gunzipSync(bytes) : bytes);
    const spec = suggestPipeline(profileBytes(csv, 'csv'), { target });
    const table = loadDataset(csv, 'csv');
    const { test } = splitRows(table, spec);
    const file = join(folder, `${name}.csv`);
    const testRows = join(folder, `${name}-test.json`);
    await writeFile(file, csv);
    await writeFile(testRows, JSON.stringify([...test]));
    const all = [...table.columns.keys()].filter((column) => column !== target);
    const learnt = spec.features.map(({ column }) => column); // constant columns are left out
    const body = bodyOf(table, all, test[0]!);
    const learntBody = bodyOf(table, learnt, test[0]!);
    cases.push({ name, file, target, task: spec.task, testRows, body, learntBody, score });
  }
  return cases;
}

/** A request for the prediction of one row. */
function bodyOf({ columns }: Table, names: readonly string[], row: number): string {
  const cells = names.map((name) => [name, columns.get(name)?.values[row]]);
  return JSON.stringify({ instances: [Object.fromEntries(cells)] }); // NaN, a missing number, becomes null
}

/** What a contestant has when its first prediction is there. */
interface Served {
  score: number;
  target: Target;
  close(): Promise<void>;
}
type Contestant = (one: Case, round: number) => Promise<Served>;

async function race(one: Case, contestants: Map<string, Contestant>): Promise<Row[]> {
  const seconds = measured('s', contestants.keys());
  const scores = measured(one.score, contestants.keys());
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, serve] of alternating(contestants, round)) {
      const start = performance.now();
      const { score, close } = await serve(one, round);
      seconds.values[name]!.push((performance.now() - start) / 1000);
      scores.values[name]!.push(score);
      await close();
    }
    say(`${one.name}, round ${round + 1}: ${JSON.stringify(seconds.values)}`);
  }
  return [
    ...rowsOf(one.name, 'file to first prediction', seconds),
    ...rowsOf(one.name, 'score on held-out rows', scores),
  ];
}

async function bear(one: Case, contestants: Map<string, Contestant>): Promise<Row[]> {
  const served = new Map<string, Served>();
  for (const [name, serve] of contestants) served.set(name, await serve(one, ROUNDS));
  const rows: Row[] = [];
  for (const connections of [1, 16]) {
    const rates = measured('predictions/s', contestants.keys());
    const latencies = measured('ms', contestants.keys());
    for (let round = 0; round < ROUNDS; round++) {
      for (const [name, { target }] of alternating(served, round)) {
        await load(target, connections, 1); // warm
        const { perSecond, p50 } = await load(target, connections, SECONDS);
        rates.values[name]!.push(perSecond);
        latencies.values[name]!.push(p50);
      }
    }
    const name = `${one.name}, ${connections} at once`;
    rows.push(...rowsOf(name, 'predictions', rates), ...rowsOf(name, 'latency p50', latencies));
  }
  for (const { close } of served.values()) await close();
  return rows;
}

/** `npx trainyard train FILE --target COLUMN --deploy NAME`, and the first request to the endpoint. */
function trainyard(server: LocalTrainyard, folder: string): Contestant {
  const env = { ...process.env, HOME: folder, TRAINYARD_URL: server.url, TRAINYARD_TOKEN: server.ownerToken };
  return async ({ name, file, target, learntBody: body }, round) => {
    const endpoint = `${name}-${round}`;
    const words = ['train', file, '--target', target, '--model', endpoint, '--deploy', endpoint, '--json'];
    const child = spawn(process.execPath, [CLI, ...words], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
    const answer = JSON.parse(stdout || '{}');
    if (!answer.endpoint) throw new Error(`trainyard train ${file}: ${stdout}${stderr}`);
    const headers = { authorization: `Bearer ${server.ownerToken}` };
    const predict = { url: answer.endpoint.url, headers, body };
    await post(predict);
    const { accuracy, r2 } = answer.metrics.test;
    return { score: accuracy ?? r2, target: predict, close: async () => {} };
  };
}
