/** Contestant `bee-queue`: https://github.com/bee-queue/bee-queue; it hands jobs to handlers and cannot be asked for one. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ensureNodePackage } from '../node-packages.ts';
import type { QueueContestant } from './contestant.ts';
import { startRedis } from './redis.ts';

interface Bee {
  ready(): Promise<unknown>;
  createJob(data: object): { save(): Promise<unknown> };
  saveAll(jobs: unknown[]): Promise<unknown>;
  process(handler: () => Promise<void>): void;
  destroy(): Promise<void>;
  close(timeout?: number): Promise<void>;
}

export async function startBeeQueue(): Promise<QueueContestant> {
  const folder = await ensureNodePackage('bee-queue');
  const BeeQueue = createRequire(join(folder, 'package.json'))('bee-queue') as new (
    name: string,
    options: object,
  ) => Bee;
  const redis = await startRedis();
  const open = async (isWorker: boolean): Promise<Bee> => {
    const one = new BeeQueue('jobs', {
      redis: { host: '127.0.0.1', port: redis.port },
      isWorker,
      getEvents: false,
    });
    await one.ready();
    return one;
  };
  const queue = await open(false);
  const openAll = (runners: number) => Promise.all(Array.from({ length: runners }, () => open(true)));
  const closeAll = (all: Bee[]) => Promise.all(all.map((one) => one.close(1).catch(() => {})));
  return {
    async fill(jobs) {
      for (let from = 0; from < jobs; from += 1000)
        await queue.saveAll(
          Array.from({ length: Math.min(1000, jobs - from) }, (_, i) => queue.createJob({ i })),
        );
    },
    async claim(runners, jobs) {
      const workers = await openAll(runners);
      let left = jobs;
      const started = performance.now();
      await new Promise<void>((resolve) => {
        for (const worker of workers)
          worker.process(async () => {
            if (--left === 0) resolve();
            if (left <= 0) await new Promise(() => {}); // takes no more
          });
      });
      const took = performance.now() - started;
      await closeAll(workers);
      return took;
    },
    async startLatencies(runners, jobs) {
      await queue.destroy();
      const workers = await openAll(runners);
      let taken: () => void = () => {};
      for (const worker of workers) worker.process(async () => taken());
      const latencies: number[] = [];
      for (let i = 0; i < jobs; i++) {
        const started = performance.now();
        const told = new Promise<void>((resolve) => {
          taken = resolve;
        });
        await queue.createJob({ i }).save();
        await told;
        latencies.push(performance.now() - started);
      }
      await closeAll(workers);
      return latencies;
    },
    async close() {
      await queue.close(1);
      await redis.close();
    },
  };
}
