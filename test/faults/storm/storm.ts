/**
 * A storm over a whole Trainyard: small real jobs are trained by real runners, while everything is killed, frozen, cut off and put
 * off its clock, by a seed. When all jobs have ended it says what happened, and what was broken by it.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient as openDatabase } from '@libsql/client';
import type { Miniflare } from 'miniflare';
import { buildWorker, root } from '../../../edge/local/build.ts';
import { startWorker } from '../../../edge/local/start.ts';
import { bootstrap, migrate } from '../../../edge/store/migrate.ts';
import { type Client, createClient } from '../../../shared/api/client.ts';
import { createRun } from '../../../shared/api/routes/runs.ts';
import { createRandom } from '../../../shared/graph/random.ts';
import { FAST_CLOCK } from '../../fast-clock.ts';
import { freePort, startDatabase } from '../../helpers/database-process.ts';
import { REQUEST_FAULTS, type RequestFault, startFaultyProxy } from './faulty-proxy.ts';
import { clockOf, workerWithClock } from './jumping-clock.ts';
import { prepare } from './task.ts';
import { lostRecords, staleWritesRefused, staleWritesTaken, wrongEndings } from './verdict.ts';

export interface StormOptions {
  seed: number;
  jobs: number;
  /** The storm goes on until so many things were done to it, or all jobs have ended; what is left is spread over the processes. */
  injections: number;
  runners: number;
  log?(line: string): void;
}

const PROCESS_FAULTS = [
  'runner killed',
  'training killed',
  'worker killed',
  'database killed',
  'runner frozen',
  "server's clock jumped",
  "runner's clock jumped",
] as const;
export type Fault = (typeof PROCESS_FAULTS)[number] | RequestFault;

export interface StormReport {
  injected: Record<Fault, number>;
  jobs: number;
  attempts: number;
  staleRefused: number;
  /** All that must not be; in words. */
  broken: string[];
  seconds: number;
}

/** Requests of which one is disturbed. */
const REQUESTS_A_FAULT = 4;
/** Between two faults of processes, milliseconds, on average. */
const PAUSE_MS = 2000;
/** How often each is chosen. */
const WEIGHTS: Record<(typeof PROCESS_FAULTS)[number], number> = {
  'runner killed': 5,
  'training killed': 6,
  'worker killed': 1,
  'database killed': 3,
  'runner frozen': 1,
  "server's clock jumped": 2,
  "runner's clock jumped": 4,
};
/** Past the end of a lease. */
const FROZEN_MS = 17_000;

export async function runStorm({ seed, jobs, injections, runners, log }: StormOptions): Promise<StormReport> {
  const started = performance.now();
  const home = await mkdtemp(join(tmpdir(), 'trainyard-storm-'));
  const injected = Object.fromEntries(
    [...PROCESS_FAULTS, ...REQUEST_FAULTS].map((name) => [name, 0]),
  ) as Record<Fault, number>;
  const total = () => Object.values(injected).reduce((sum, count) => sum + count, 0);
  const [draw, drawRequests] = [createRandom(seed, 1), createRandom(seed, 2)];
  const closers: (() => unknown)[] = [() => rm(home, { recursive: true, force: true })];
  try {
    await buildWorker(() => {});
    await mkdir(join(home, 'logs'));
    const file = await workerWithClock(join(home, 'code'));
    const database = await startDatabase(join(home, 'libsql'));
    closers.push(database.close);
    const tokens = { owner: 'storm-owner', runner: 'storm-runner' };
    const direct = openDatabase({ url: database.url, authToken: database.token });
    await migrate(direct);
    await bootstrap(direct, tokens);

    const port = await freePort();
    let worker: Miniflare = await startWorker(home, port, database, file);
    closers.push(() => worker.dispose());
    const owner = createClient({ baseUrl: `http://127.0.0.1:${port}`, token: tokens.owner });
    const task = await prepare(owner);
    const expected = await task.undisturbed();
    for (let i = 0; i < jobs; i++) await queue(owner, task.body);

    let calm = false;
    const faultFor = (): RequestFault | null => {
      if (calm || total() >= injections || drawRequests() * REQUESTS_A_FAULT > 1) return null;
      const fault = REQUEST_FAULTS[Math.floor(drawRequests() * REQUEST_FAULTS.length)]!;
      injected[fault]++;
      return fault;
    };
    const proxy = await startFaultyProxy(owner.baseUrl, faultFor, drawRequests);
    closers.push(() => proxy.close());
    const fleet = Array.from({ length: runners }, (_, i) =>
      openRunner(join(home, `runner-${i}`), proxy.url, tokens.runner),
    );
    closers.push(() => Promise.all(fleet.map((runner) => runner.close())));
    for (const runner of fleet) await runner.start();

    const left = async () =>
      Number(
        (await direct.execute(`SELECT count(*) AS n FROM runs WHERE state IN ('queued', 'running')`)).rows[0]!
          .n,
      );
    let failed = 0;
    for (let open = jobs; open > 0; ) {
      if (total() < injections) await disturb();
      await sleep(PAUSE_MS * (0.5 + draw()));
      open = await left().catch(() => open);
      log?.(`${open} of ${jobs} jobs are left; ${total()} injections`);
      // a training that was killed three times in a row has failed, which is an ending; its owner takes it up again
      const { rows } = await direct.execute(`SELECT count(*) AS n FROM runs WHERE state = 'failed'`);
      failed = Number(rows[0]!.n);
    }
    calm = true;
    proxy.clockOffset = 0;
    await sleep(2500); // the last of the doubled requests
    const curves = await task.wrongCurves(direct, expected);
    const attempts = Number((await direct.execute('SELECT count(*) AS n FROM job_attempts')).rows[0]!.n);
    return {
      ...{ injected, jobs, attempts },
      staleRefused: staleWritesRefused(proxy.ledger),
      broken: [
        ...staleWritesTaken(proxy.ledger),
        ...(await lostRecords(proxy.ledger, direct)),
        ...(await wrongEndings(direct)),
        ...curves,
        ...(failed > 0 ? [`${failed} runs have failed`] : []),
      ],
      seconds: (performance.now() - started) / 1000,
    };

    async function disturb(): Promise<void> {
      const fault = choose(draw);
      const runner = fleet[Math.floor(draw() * fleet.length)]!;
      if (!(await inject(fault, runner))) return;
      injected[fault]++;
    }

    /** False where there is nothing to do it to just now. */
    async function inject(fault: (typeof PROCESS_FAULTS)[number], runner: Runner): Promise<boolean> {
      switch (fault) {
        case 'runner killed':
          return runner.kill();
        case 'training killed':
          return runner.killChild();
        case 'worker killed': {
          const pids = childrenOf(process.pid, /workerd/);
          for (const pid of pids) process.kill(pid, 'SIGKILL');
          await worker.dispose().catch(() => {});
          worker = await startWorker(home, port, database, file);
          return pids.length > 0;
        }
        case 'database killed':
          return database.kill();
        case 'runner frozen':
          return runner.freeze(FROZEN_MS);
        case "server's clock jumped":
          // the leases are of 15 s
          proxy.clockOffset = Math.round((draw() - 0.5) * 80_000);
          setTimeout(() => {
            proxy.clockOffset = 0;
          }, 1500).unref();
          return true;
        case "runner's clock jumped":
          return runner.jump(Math.round((draw() - 0.5) * 7_200_000));
      }
    }
  } finally {
    for (const closer of closers.reverse()) await closer();
  }
}

function choose(draw: () => number): (typeof PROCESS_FAULTS)[number] {
  const lots = PROCESS_FAULTS.flatMap((name) => Array<typeof name>(WEIGHTS[name]).fill(name));
  return lots[Math.floor(draw() * lots.length)]!;
}

/** So often as a job may lose its worker: the storm is stronger than any weather. */
const MAX_ATTEMPTS = 100;
const queue = (owner: Client, body: Awaited<ReturnType<typeof prepare>>['body']) =>
  owner.call(createRun, {
    params: { project: 'storm' },
    body: { ...body, on: 'runner', queue: { maxAttempts: MAX_ATTEMPTS } },
  });

type Runner = ReturnType<typeof openRunner>;

/** A runner's process, started again when it was killed. */
function openRunner(home: string, url: string, token: string) {
  const clock = join(home, 'clock');
  let child: ChildProcess | undefined;
  let frozen: NodeJS.Timeout | undefined;
  const start = async () => {
    const program = encodeURIComponent(`${FAST_CLOCK}${clockOf(clock)}`);
    child = spawn(process.execPath, [join(root, 'gpu-runner/main.ts'), 'start'], {
      env: {
        ...process.env,
        ...{ TRAINYARD_HOME: home, TRAINYARD_URL: url, TRAINYARD_TOKEN: token, TRAINYARD_TENSORBOARD: 'off' },
        // trains at once, and all alike
        ...{ TRAINYARD_EXECUTOR: 'wasm', TRAINYARD_TENSORFLOW: 'javascript', TRAINYARD_RUNNER_SLOTS: '1' },
        NODE_OPTIONS: `--import=data:text/javascript,${program}`,
      },
      stdio: 'ignore',
    });
  };
  const end = async () => {
    clearTimeout(frozen);
    frozen = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  return {
    start,
    close: end,
    async kill(): Promise<boolean> {
      await end();
      await start();
      return true;
    },
    async killChild(): Promise<boolean> {
      const [pid] = childrenOf(child!.pid!, /job\.ts/);
      if (pid === undefined || frozen) return false;
      process.kill(pid, 'SIGKILL');
      return true;
    },
    /** The runner and its training stand still for so long. */
    async freeze(ms: number): Promise<boolean> {
      const pids = childrenOf(child!.pid!, /job\.ts/);
      if (frozen || pids.length === 0) return false; // one that holds nothing loses nothing
      const all = [child!.pid!, ...pids];
      const signal = (name: NodeJS.Signals) => {
        for (const pid of all) {
          try {
            process.kill(pid, name);
          } catch {} // gone meanwhile
        }
      };
      signal('SIGSTOP');
      frozen = setTimeout(() => {
        frozen = undefined;
        signal('SIGCONT');
      }, ms);
      return true;
    },
    async jump(ms: number): Promise<boolean> {
      await writeFile(clock, String(ms)).catch(() => {});
      return true;
    },
  };
}

function childrenOf(parent: number, program: RegExp): number[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' }).trim().split('\n');
  return lines
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)/.exec(line)!)
    .filter(([, , ppid, args]) => Number(ppid) === parent && program.test(args!))
    .map(([, pid]) => Number(pid));
}

/** A table of what was done and what came of it. */
export function formatReport({
  injected,
  jobs,
  attempts,
  staleRefused,
  broken,
  seconds,
}: StormReport): string {
  const total = Object.values(injected).reduce((sum, count) => sum + count, 0);
  const rows: [string, number][] = [
    ...(Object.entries(injected) as [string, number][]),
    ['injections in all', total],
    ['jobs, each ended once', jobs],
    ['attempts', attempts],
    ['stale writes refused', staleRefused],
    ['promises broken', broken.length],
    ['seconds', Math.round(seconds)],
  ];
  return rows.map(([name, count]) => `${name.padEnd(26)}${String(count).padStart(6)}`).join('\n');
}
