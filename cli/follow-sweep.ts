/** Watches a search to its end, a line for each trial that has ended. Ctrl-C only ends the watching. */
import { setTimeout as sleep } from 'node:timers/promises';
import { getSweep } from '../shared/api/routes/sweeps.ts';
import type { Parameters } from '../shared/schema/sweep.ts';
import type { SweepDetail, SweepTrial } from '../shared/schema/sweep-view.ts';
import { scoreOf } from '../shared/tune/trial-cost.ts';
import type { Context } from './context.ts';
import { EXIT, Failure } from './failure.ts';
import { formatBytes, formatDuration, formatNumber, formatTable } from './format.ts';
import { createProgress } from './progress.ts';

const POLL_MS = 1000;

/** `share`: how much of its budget a search has used, 0 to 1; null where that is not known. */
export async function followSweep(
  { client, output }: Context,
  sweep: string,
  share: (detail: SweepDetail) => number | null,
): Promise<SweepDetail> {
  const progress = createProgress();
  const told = new Set<number>();
  const leave = () => {
    progress.clear();
    output.note(`the search goes on: npx trainyard sweep show ${sweep} -f`);
    process.exit(EXIT.interrupted);
  };
  process.on('SIGINT', leave);
  try {
    for (;;) {
      const detail = await client.call(getSweep, { params: { sweep } });
      for (const trial of detail.tried) {
        if (!['finished', 'pruned', 'failed', 'infeasible'].includes(trial.state) || told.has(trial.number))
          continue;
        told.add(trial.number);
        progress.clear();
        output.note(describeTrial(trial, detail));
      }
      const running = detail.tried.filter(({ state }) => state === 'running').length;
      const best = detail.bestSoFar.at(-1);
      const score = best ? `best ${formatNumber(best.value)} (trial ${best.trial})` : 'nothing found yet';
      progress.show(share(detail), `${told.size} trials, ${running} at work`, score);
      if (detail.state !== 'running') return detail;
      await sleep(POLL_MS);
    }
  } finally {
    process.off('SIGINT', leave);
    progress.clear();
  }
}

/** Throws where nothing came of it. */
export function requireFound(detail: SweepDetail): SweepTrial {
  const best = detail.ranking.map((number) => detail.tried[number]!).find(({ modelVersion }) => modelVersion);
  if (best) return best;
  throw new Failure(
    'run_failed',
    detail.message ?? `sweep ${detail.id} is ${detail.state}, and has no model`,
  );
}

function describeTrial(trial: SweepTrial, detail: SweepDetail): string {
  const { number, state, problem } = trial;
  const what = [trial.template, describeParameters(trial.parameters)].filter(Boolean).join(' ');
  return [`trial ${number}`, state, formatScore(trial, detail), what, problem].filter(Boolean).join('  ');
}

function formatScore(trial: SweepTrial, { objectives }: SweepDetail): string {
  const score = scoreOf(trial, objectives);
  return score === null ? '' : `${objectives[0]!.metric} ${formatNumber(score)}`;
}

export const describeParameters = (parameters: Parameters): string =>
  Object.entries(parameters)
    .map(
      ([path, value]) =>
        `${path.split('.').at(-1)}=${typeof value === 'number' ? formatNumber(value) : JSON.stringify(value)}`,
    )
    .join(' ');

/** The trials that have ended, best first. */
export function formatLeaderboard(detail: SweepDetail, rows = 20): string {
  const ranked = detail.ranking.map((number) => detail.tried[number]!).filter(({ problem }) => !problem);
  return formatTable(
    ['', 'trial', 'score', 'size', 'edge latency', 'training', 'what'],
    ranked.slice(0, rows).map((trial, place) => {
      const { artifactBytes, edgeLatencyMs, trainingSeconds } = trial.measures ?? {};
      return [
        String(place + 1),
        String(trial.number),
        formatScore(trial, detail) + (trial.state === 'pruned' ? ' (ended early)' : ''),
        artifactBytes === undefined ? '' : formatBytes(artifactBytes),
        edgeLatencyMs === undefined ? '' : `about ${formatNumber(edgeLatencyMs)} ms`,
        trainingSeconds === undefined ? '' : formatDuration(1000 * trainingSeconds),
        [trial.template, describeParameters(trial.parameters)].filter(Boolean).join(' '),
      ];
    }),
  );
}
