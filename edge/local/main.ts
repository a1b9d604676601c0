/** The local Trainyard as a program, as `npm start` runs it: builds what changed, starts, prints the URL, ends cleanly. */
import { join, resolve } from 'node:path';
import { messageOf } from '../../shared/errors.ts';
import { buildWeb, buildWorker, root } from './build.ts';
import { offerWeights } from './offer-weights.ts';
import { type LocalTrainyard, startLocal } from './start.ts';

let ending = false;
let trainyard: LocalTrainyard | undefined;

async function end(): Promise<void> {
  if (ending) return;
  ending = true;
  await trainyard?.close();
  process.exit(process.exitCode ?? 0);
}

/** Alone: wrangler's and Miniflare's own handlers would exit at once, before the database is closed. */
function handleSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.removeAllListeners(signal).on(signal, end);
}

handleSignals();
process.on('disconnect', end); // the script that started this one has died

try {
  const log = (line: string) => console.error(line);
  await buildWorker(log);
  await buildWeb(log);
  const home = resolve(process.env.TRAINYARD_HOME || join(root, '.trainyard'));
  trainyard = await startLocal({ home, port: Number(process.env.PORT || 8787), log });
  handleSignals();
  void offerWeights(trainyard, process.env.TRAINYARD_DATASETS, log);
  console.log(`Trainyard is ready: ${trainyard.url}/#token=${trainyard.ownerToken}`);
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
  await end();
}
