/**
 * A storm of at least 1,000 faults (FAULTS) over hundreds of small jobs (JOBS), by a seed (SEED): what was done, and how many promises were
 * broken by it. The first of those are printed.
 */
import { formatReport, runStorm } from '../faults/storm/storm.ts';
import { say } from './contest.ts';
import { OURS } from './edge/race.ts';
import { type Row, rowsOf } from './rows.ts';

const number = (name: string, otherwise: number) => Number(process.env[name] ?? otherwise);

export async function bench(): Promise<Row[]> {
  const report = await runStorm({
    seed: number('SEED', 1),
    jobs: number('JOBS', 250),
    injections: number('FAULTS', 1000),
    runners: number('RUNNERS', 3),
    log: say,
  });
  say(formatReport(report));
  for (const promise of report.broken.slice(0, 20)) say(promise);
  const one = (metric: string, unit: string, value: number) =>
    rowsOf('storm', metric, { unit, values: { [OURS]: [value] } });
  return [
    ...Object.entries(report.injected).flatMap(([fault, times]) => one(fault, '', times)),
    ...one('jobs', '', report.jobs),
    ...one('attempts', '', report.attempts),
    ...one('stale writes refused', '', report.staleRefused),
    ...one('promises broken', '', report.broken.length),
    ...one('time', 's', report.seconds),
  ];
}
