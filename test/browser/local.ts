/** A whole local Trainyard, built from the sources and without a runner, for a file of browser tests. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildWeb, buildWorker } from '../../edge/local/build.ts';
import { type LocalTrainyard, startLocal } from '../../edge/local/start.ts';

export interface TestTrainyard extends LocalTrainyard {
  /** Ends all of it; what it stored is there again, at the same address, once what this gives was called. */
  stop(): Promise<() => Promise<void>>;
}

export async function startTrainyard(): Promise<TestTrainyard> {
  const home = await mkdtemp(join(tmpdir(), 'trainyard-browser-'));
  await buildWorker(() => {});
  await buildWeb(() => {});
  const start = (port: number) => startLocal({ home, port, log: () => {}, runner: false });
  let local = await start(0);
  return {
    ...local,
    async stop() {
      await local.close();
      return async () => {
        local = await start(Number(new URL(local.url).port));
      };
    },
    async close() {
      await local.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}
