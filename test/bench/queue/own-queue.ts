/** Contestant `trainyard`: the Worker in workerd over the local libSQL server, asked over HTTP as runners ask it. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient as openDatabase } from '@libsql/client';
import { buildWorker, root } from '../../../edge/local/build.ts';
import { startWorker } from '../../../edge/local/start.ts';
import { bootstrap, migrate } from '../../../edge/store/migrate.ts';
import { type Client, createClient } from '../../../shared/api/client.ts';
import { openLive } from '../../../shared/api/live.ts';
import { claimJob, type JobAssignment, registerRunner } from '../../../shared/api/routes/jobs.ts';
import { createRun } from '../../../shared/api/routes/runs.ts';
import { newId } from '../../../shared/schema/new-id.ts';
import type { Run } from '../../../shared/schema/run.ts';
import { freePort, startDatabase } from '../../helpers/database-process.ts';
import { queueRun } from '../../helpers/edge-scenario.ts';
import { say } from '../contest.ts';
import { type QueueContestant, together } from './contestant.ts';

export interface OwnQueue extends QueueContestant {
  api: Client;
  database: ReturnType<typeof openDatabase>;
  /** One that the API made, after which the others are made. */
  model: { project: string; run: Run };
  /** Runs and jobs, straight into the tables. */
  add(state: 'queued' | 'succeeded', runs: number): Promise<void>;
}

export async function startOwnQueue(): Promise<OwnQueue> {
  await buildWorker(say);
  await mkdir(join(root, 'web/dist'), { recursive: true });
  const home = await mkdtemp(join(tmpdir(), 'trainyard-queue-'));
  await mkdir(join(home, 'logs'));
  const server = await startDatabase(join(home, 'libsql'));
  const database = openDatabase({ url: server.url, authToken: server.token });
  await migrate(database);
  const secrets = { owner: 'queue-owner', runner: 'queue-runner' };
  await bootstrap(database, secrets);
  const port = await freePort();
  const worker = await startWorker(home, port, server);
  const baseUrl = `http://127.0.0.1:${port}`;
  const api = createClient({ baseUrl, token: secrets.owner });
  const runner = createClient({ baseUrl, token: secrets.runner });
  const model = await queueRun(api);
  await database.execute(`UPDATE jobs SET state = 'done'`);
  let added = 0;

  const register = async (): Promise<string> => {
    const id = newId('runner');
    await runner.call(registerRunner, { params: { runner: id }, body: { name: 'bench', device: 'none' } });
    return id;
  };
  const claim = (id: string): Promise<JobAssignment | null> =>
    runner.call(claimJob, { body: { runner: id, run: null, device: 'none' } });
  const registerAll = (runners: number) => Promise.all(Array.from({ length: runners }, register));
  /** The lease of a job that was taken is not to be looked at again. */
  const forget = () => database.execute(`UPDATE jobs SET state = 'done' WHERE state = 'leased'`);

  async function add(state: 'queued' | 'succeeded', runs: number): Promise<void> {
    const { run } = model;
    const copy = async (table: string, changes: Record<string, string>, of: string) => {
      const { rows } = await database.execute(`SELECT name FROM pragma_table_info('${table}')`);
      const names = rows.map(({ name }) => String(name));
      const values = names.map((name) => changes[name] ?? `"${name}"`);
      await database.execute({
        sql: `WITH RECURSIVE n(i) AS (SELECT ${added + 1} UNION ALL SELECT i + 1 FROM n WHERE i < ${added + runs})
          INSERT INTO ${table} (${names.map((name) => `"${name}"`).join(', ')})
          SELECT ${values.join(', ')} FROM n, (SELECT * FROM ${table} WHERE id = ?)`,
        args: [of],
      });
    };
    const id = (noun: string) => `printf('${noun}_%026d', i)`;
    const metrics = `json_object('validation', json_object(), 'test', json_object('accuracy', (i * 7919 % 10000) / 10000.0))`;
    await copy(
      'runs',
      {
        id: id('run'),
        job: id('job'),
        name: `'run ' || i`,
        state: `'${state}'`,
        ...(state === 'succeeded' && { metrics }),
      },
      run.id,
    );
    const jobState = state === 'queued' ? `'queued'` : `'done'`;
    await copy('jobs', { id: id('job'), run: id('run'), state: jobState }, run.job);
    added += runs;
  }

  return {
    ...{ api, database, model, add },
    fill: (jobs) => add('queued', jobs),
    async claim(runners, jobs) {
      const ids = await registerAll(runners);
      let left = jobs;
      const started = performance.now();
      await together(runners, async (worker) => {
        if (left-- <= 0) return false;
        if (!(await claim(ids[worker]!))) throw new Error('the queue ran empty');
        return true;
      });
      const took = performance.now() - started;
      await forget();
      return took;
    },
    async startLatencies(runners, jobs) {
      await database.execute(`UPDATE jobs SET state = 'held' WHERE state = 'queued'`);
      const ids = await registerAll(runners);
      let taken: (run: string) => void = () => {};
      const live = ids.map((id) =>
        openLive({ baseUrl, token: secrets.runner, topics: ['jobs'] }, () => {
          void claim(id).then((assignment) => assignment && taken(assignment.run.id));
        }),
      );
      await new Promise((resolve) => setTimeout(resolve, 1000)); // the sockets are open
      const { datasetVersion, pipelineVersion, model: name } = model.run;
      const body = { datasetVersion, pipelineVersion, model: name, on: 'runner' as const };
      const latencies: number[] = [];
      for (let i = 0; i < jobs; i++) {
        const started = performance.now();
        const told = new Promise<void>((resolve) => {
          taken = () => resolve();
        });
        await api.call(createRun, { params: { project: model.project }, body });
        await told;
        latencies.push(performance.now() - started);
        await forget();
      }
      for (const one of live) one.close();
      await database.execute(`UPDATE jobs SET state = 'queued' WHERE state = 'held'`);
      return latencies;
    },
    async close() {
      await worker.dispose();
      database.close();
      server.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}
