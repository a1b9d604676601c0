/**
 * Watches a run to its end: live events where the socket opens, asking every two seconds where it does not. Ctrl-C only ends
 * the watching; the run goes on.
 */
import { openLive } from '../shared/api/live.ts';
import { listRunners } from '../shared/api/routes/jobs.ts';
import { getRun, getRunMetrics } from '../shared/api/routes/runs.ts';
import { AppError } from '../shared/errors.ts';
import { createEpochRows, type EpochRow } from '../shared/evaluate/epoch-rows.ts';
import type { MetricPoint } from '../shared/schema/metric.ts';
import { isEnded, type Run } from '../shared/schema/run.ts';
import type { Context } from './context.ts';
import { EXIT, Failure } from './failure.ts';
import { formatDuration, formatNumber } from './format.ts';
import { createProgress } from './progress.ts';

const POLL_MS = 2000;
/** While the socket is open, ask all the same every so many polls: a half-open connection says nothing. */
const POLLS_WHILE_LIVE = 5;
/** Polls in a row without an answer before it gives up. */
const MISSES_ALLOWED = 30;
/** A runner that has been silent for longer is taken for gone. */
const RUNNER_SILENT_MS = 60_000;

/** Told of each epoch once, as it ends, and where the training then was. */
export type OnEpoch = (row: EpochRow, progress: Run['progress']) => void;

/** Resolves to the run once it has ended, in whatever state. */
export async function followRun(context: Context, run: Run, onEpoch?: OnEpoch): Promise<Run> {
  const progress = createProgress();
  const epochs = createEpochRows();
  const losses = new Map<string, number>();
  let latest = run.progress;
  let early: MetricPoint[] | null = []; // live points that came before those before them
  let state = run.state;
  const seeRun = (next: Run) => {
    latest = next.progress;
    if (next.state === 'running' && state === 'queued') {
      progress.clear();
      context.output.note(`training on ${next.device ?? 'a runner'}`);
    }
    state = next.state;
    progress.show(...describe(next, losses));
  };
  const seePoints = (points: readonly MetricPoint[]) => {
    for (const { split, name, value } of points) if (name === 'loss') losses.set(split, value);
    if (early) early.push(...points);
    else tell(points);
  };
  const tell = (points: readonly MetricPoint[]) => {
    for (const row of epochs.add(points)) {
      progress.clear();
      onEpoch?.(row, latest);
    }
  };
  const catchUp = async () => {
    if (!onEpoch) return;
    early ??= [];
    const all = await context.client.call(getRunMetrics, { params: { run: run.id } });
    const rest = early ?? [];
    early = null;
    tell([...all, ...rest]);
  };
  const notice = setTimeout(() => {
    if (state === 'queued') warnWithoutRunner(context).catch(() => {});
  }, POLL_MS);
  try {
    const ended = await watch(context, run, { seeRun, seePoints, catchUp });
    await catchUp();
    return ended;
  } finally {
    clearTimeout(notice);
    progress.clear();
  }
}

function watch(
  { client, output, server }: Context,
  { id }: Run,
  {
    seeRun,
    seePoints,
    catchUp,
  }: {
    seeRun(run: Run): void;
    seePoints(points: readonly MetricPoint[]): void;
    catchUp(): Promise<void>;
  },
): Promise<Run> {
  return new Promise<Run>((resolve, reject) => {
    let isLive = false;
    let hasOpened = false;
    let polls = 0;
    let misses = 0;

    const live = openLive(
      { baseUrl: server.url, token: server.token, topics: [`run:${id}`] },
      (event) => {
        if (event.type === 'run' && event.run.id === id) see(event.run);
        if (event.type === 'metrics' && event.run === id) seePoints(event.points);
      },
      (state) => {
        isLive = state === 'open';
        hasOpened = isLive;
        if (isLive) void ask();
      },
    );
    const timer = setInterval(() => {
      if (!isLive || ++polls % POLLS_WHILE_LIVE === 0) void ask();
    }, POLL_MS);
    process.on('SIGINT', interrupt);
    void ask();

    async function ask() {
      try {
        if (!isLive || hasOpened) await catchUp();
        hasOpened = false;
        see(await client.call(getRun, { params: { run: id } }));
        misses = 0;
      } catch (error) {
        const away = error instanceof AppError && error.status >= 500;
        if (!away || ++misses >= MISSES_ALLOWED) end(() => reject(error));
        else if (misses === 1) output.note('the server does not answer; trying again');
      }
    }
    function see(run: Run) {
      if (isEnded(run.state)) end(() => resolve(run));
      else seeRun(run);
    }
    function interrupt() {
      end(() => reject(interrupted(id)));
    }
    function end(settle: () => void) {
      clearInterval(timer);
      process.off('SIGINT', interrupt);
      live.close();
      settle();
    }
  });
}

function interrupted(id: string): Failure {
  return new Failure('interrupted', `no longer following ${id}; the run goes on`, {
    exitCode: EXIT.interrupted,
    hint: `follow it with: npx trainyard run logs ${id} --follow; stop it with: npx trainyard run stop ${id}`,
    details: { run: id },
  });
}

function describe(
  { state, progress }: Run,
  losses: ReadonlyMap<string, number>,
): [number | null, string, string] {
  if (state === 'queued' || !progress)
    return [null, state === 'queued' ? 'waiting for a runner' : 'starting', ''];
  const { phase, step, totalSteps, epoch, epochs, etaMs } = progress;
  const detail = [
    epochs > 0 ? `epoch ${Math.min(Math.floor(epoch) + 1, epochs)}/${epochs}` : '',
    ...[...losses].map(([split, loss]) => `${split} loss ${formatNumber(loss)}`),
    etaMs === null ? '' : `${formatDuration(etaMs)} left`,
  ];
  return [totalSteps > 0 ? step / totalSteps : null, phase, detail.filter(Boolean).join('  ')];
}

/** Workers that train together wait for one another: each needs a slot of a runner. */
export async function noteFewSlots(context: Context, workers: number): Promise<void> {
  const slots = (await runnersUp(context)).reduce((sum, one) => sum + (one.capabilities?.slots ?? 1), 0);
  if (slots < workers)
    context.output.note(
      `${workers} workers train together, and the runners that are up have ${slots} ${slots === 1 ? 'slot' : 'slots'}: the first wait for the others; start more with: npx trainyard runner start --slots ${workers - slots}`,
    );
}

async function runnersUp({ client }: Context) {
  const runners = await client.call(listRunners, {});
  return runners.filter(({ lastSeenAt }) => Date.now() - Date.parse(lastSeenAt) < RUNNER_SILENT_MS);
}

async function warnWithoutRunner(context: Context): Promise<void> {
  const { output } = context;
  const up = await runnersUp(context);
  output.note(
    up.length === 0
      ? 'no runner is up, so the run waits; start one with: npx trainyard runner start'
      : `waiting: ${up.map(({ name }) => name).join(', ')} may be busy with another run`,
  );
}
