/** The runner's program: `start` works jobs until it is told to end; `doctor` says whether this machine can train. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createClient } from '../shared/api/client.ts';
import { getDatasetContent } from '../shared/api/routes/datasets.ts';
import { messageOf } from '../shared/errors.ts';
import { openDatasetCache } from './dataset-cache.ts';
import { examine, printFindings } from './doctor/examine.ts';
import { findHome, findServer, findTensorboard } from './find-server.ts';
import { log } from './log.ts';
import { capabilitiesOf } from './machine/capabilities.ts';
import { takeRunnerId } from './runner-id.ts';
import { readSettings } from './settings.ts';
import { superviseJobs } from './supervisor.ts';
import { probeTensorflow } from './tensorflow/probe.ts';
import { openLeftovers } from './training/leftovers.ts';

const USAGE = 'usage: main.ts start | doctor [--json]';

/** Longest that a shutdown may take, milliseconds; the lease hands the job back after that. */
const SHUTDOWN_MS = 20_000;

try {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'boolean' } },
  });
  if (positionals[0] === 'start') await start();
  else if (positionals[0] === 'doctor') await doctor(values.json ?? false);
  else throw new Error(USAGE);
} catch (error) {
  process.stderr.write(`trainyard runner: ${messageOf(error)}\n`);
  process.exitCode = 1;
}

async function start(): Promise<void> {
  const shutdown = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (shutdown.signal.aborted) return;
      log('shutting down', { signal });
      shutdown.abort();
      setTimeout(() => process.exit(1), SHUTDOWN_MS).unref();
    });
  }
  const settings = readSettings();
  const home = findHome();
  const { url, token } = findServer(home);
  const client = createClient({ baseUrl: url, token });
  const probe = await probeTensorflow();
  if (probe.problem)
    log('libtensorflow does not work here: training will be slow (npx trainyard runner doctor)', {
      why: probe.problem,
    });
  const runner = takeRunnerId(home);
  const capabilities = capabilitiesOf(probe, settings);
  const outbox = join(home, 'outbox', runner);
  rmSync(outbox, { recursive: true, force: true }); // of one that was killed
  await superviseJobs({
    ...{ client, runner, device: probe.device, capabilities, hungAfterMs: settings.hungAfterMs },
    leftovers: openLeftovers(outbox, capabilities.slots),
    datasets: openDatasetCache({
      folder: join(home, 'cache', 'datasets'),
      download: ({ id }, signal) => client.call(getDatasetContent, { params: { version: id } }, { signal }),
    }),
    tensorboard: findTensorboard(home),
    log,
    shutdown: shutdown.signal,
  });
}

async function doctor(json: boolean): Promise<void> {
  const findings = await examine();
  if (json) process.stdout.write(`${JSON.stringify(findings, null, 2)}\n`);
  else printFindings(findings);
  if (!findings.canTrain) process.exitCode = 1;
}
