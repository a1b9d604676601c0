/** Contestant `bullmq`: https://docs.bullmq.io, jobs taken by hand (`getNextJob`) or by workers. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ensureNodePackage } from '../node-packages.ts';
import { type QueueContestant, together } from './contestant.ts';
import { startRedis } from './redis.ts';

/** Of the package, what is used. */
interface BullMq {
  Queue: new (
    name: string,
    options: object,
  ) => {
    add(name: string, data: object): Promise<unknown>;
    addBulk(jobs: { name: string; data: object }[]): Promise<unknown>;
    drain(): Promise<void>;
    close(): Promise<void>;
  };
  Worker: new (
    name: string,
    process: ((job: { data: { sent: number } }) => Promise<void>) | null,
    options: object,
  ) => {
    getNextJob(token: string): Promise<unknown>;
    waitUntilReady(): Promise<unknown>;
    close(force?: boolean): Promise<void>;
  };
}

export async function startBullMq(): Promise<QueueContestant> {
  const folder = await ensureNodePackage('bullmq');
  await ensureNodePackage('ioredis');
  const { Queue, Worker } = createRequire(join(folder, 'package.json'))('bullmq') as BullMq;
  const redis = await startRedis();
  const connection = { host: '127.0.0.1', port: redis.port, maxRetriesPerRequest: null };
  const queue = new Queue('jobs', { connection });
  return {
    async fill(jobs) {
      for (let from = 0; from < jobs; from += 1000)
        await queue.addBulk(
          Array.from({ length: Math.min(1000, jobs - from) }, (_, i) => ({ name: 'job', data: { i } })),
        );
    },
    async claim(runners, jobs) {
      const workers = Array.from({ length: runners }, () => new Worker('jobs', null, { connection }));
      await Promise.all(workers.map((worker) => worker.waitUntilReady()));
      let left = jobs;
      const started = performance.now();
      await together(runners, async (worker) => {
        if (left-- <= 0) return false;
        if (!(await workers[worker]!.getNextJob(`token-${worker}`))) throw new Error('the queue ran empty');
        return true;
      });
      const took = performance.now() - started;
      await Promise.all(workers.map((worker) => worker.close(true)));
      return took;
    },
    async startLatencies(runners, jobs) {
      await queue.drain();
      let taken: () => void = () => {};
      const workers = Array.from(
        { length: runners },
        () => new Worker('jobs', async () => taken(), { connection }),
      );
      await Promise.all(workers.map((worker) => worker.waitUntilReady()));
      const latencies: number[] = [];
      for (let i = 0; i < jobs; i++) {
        const started = performance.now();
        const told = new Promise<void>((resolve) => {
          taken = resolve;
        });
        await queue.add('job', {});
        await told;
        latencies.push(performance.now() - started);
      }
      await Promise.all(workers.map((worker) => worker.close(true)));
      return latencies;
    },
    async close() {
      await queue.close();
      await redis.close();
    },
  };
}
