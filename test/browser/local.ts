/** A whole local Trainyard, built from the sources and without a runner, for a file of browser tests. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildWeb, buildWorker } from '../../edge/local/build.ts';
import { type LocalTrainyard, startLocal } from '../../edge/local/start.ts';

export async function startTrainyard(): Promise<LocalTrainyard> {
  const home = await mkdtemp(join(tmpdir(), 'trainyard-browser-'));
  await buildWorker(() => {});
  await buildWeb(() => {});
  const local = await startLocal({ home, port: 0, log: () => {}, runner: false });
  return {
    ...local,
    async close() {
      await local.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}
