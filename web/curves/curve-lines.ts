/** Which charts runs have, and the lines in each: by split for a run alone, by run where several are compared. */
import {
  type CurveName,
  METRIC_NAMES,
  type MetricName,
  SIGNALS,
  type SignalName,
  SPLITS,
  type Split,
  traitsOf,
} from '../../shared/schema/metric.ts';
import type { Line } from './curve-plot.ts';
import type { CurveSettings } from './curve-settings.ts';
import { curveOf, type RunCurve, type RunCurves } from './run-curves.ts';
import { type Smoothed, smooth } from './smooth.ts';
import type { Range } from './x-range.ts';

export interface ShownRun {
  id: string;
  name: string;
  /** A CSS custom property, where runs are compared. */
  color: string;
  curves: RunCurves;
}

const SPLIT_COLORS: Record<Split, string> = {
  train: '--curve-1',
  validation: '--curve-2',
  test: '--curve-3',
};
export const RUN_COLORS = ['--curve-1', '--curve-2', '--curve-3', '--curve-4', '--curve-5'];

/** With points, the headline first; the loss always, since its curve comes first. */
export function chartsOf(runs: readonly ShownRun[]): { metrics: MetricName[]; signals: SignalName[] } {
  const present = new Set<CurveName>(
    runs.flatMap(({ curves }) => [...curves.values()].map(({ name }) => name)),
  );
  const rank = (name: MetricName) => (traitsOf(name).isHeadline ? 0 : 1);
  return {
    metrics: METRIC_NAMES.filter((name) => name === 'loss' || present.has(name)).sort(
      (a, b) => rank(a) - rank(b),
    ),
    signals: (Object.keys(SIGNALS) as SignalName[]).filter((name) => present.has(name)),
  };
}

/** From the first x of any curve to the last. */
export function wholeOf(runs: readonly ShownRun[], axis: CurveSettings['x']): Range {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { curves } of runs)
    for (const curve of curves.values()) {
      if (curve.length === 0) continue;
      min = Math.min(min, curve[axis][0]!);
      max = Math.max(max, curve[axis][curve.length - 1]!);
    }
  if (min > max) return [0, 1];
  return min < max ? [min, max] : [min - 0.5, max + 0.5];
}

/** `known` keeps what was smoothed, from one call to the next. */
export function linesOf(
  name: CurveName,
  runs: readonly ShownRun[],
  { x, smoothing }: Pick<CurveSettings, 'x' | 'smoothing'>,
  known: Map<string, Smoothed>,
): Line[] {
  const curves = runs.flatMap((run) =>
    SPLITS.flatMap((split) => {
      const curve = curveOf(run.curves, split, name);
      return curve ? [{ run, curve }] : [];
    }),
  );
  const isCompared = runs.length > 1;
  const splits = new Set(curves.map(({ curve }) => curve.split));
  const isSignal = name in SIGNALS;

  const lookOf = (run: ShownRun, { split }: RunCurve): Omit<Line, 'x' | 'y' | 'length'> => {
    if (!isCompared) return { name: isSignal ? '' : split, color: SPLIT_COLORS[split] };
    const dashed = splits.size > 1 && split === 'validation';
    return { name: splits.size > 1 ? `${run.name} ${split}` : run.name, color: run.color, dashed };
  };

  const lines = curves.map(({ run, curve }): { raw: Line; smoothed: Line | null } => {
    const look = lookOf(run, curve);
    const points = { x: curve[x], y: curve.value, length: curve.length };
    if (smoothing === 0) return { raw: { ...look, ...points }, smoothed: null };
    const key = `${run.id} ${curve.split}`;
    const smoothed = smooth(curve, smoothing, known.get(key));
    known.set(key, smoothed);
    return {
      raw: { ...look, ...points, faint: true, dashed: false },
      smoothed: { ...look, ...points, y: smoothed.values },
    };
  });
  // what is faint lies behind
  return [...lines.map(({ raw }) => raw), ...lines.flatMap(({ smoothed }) => smoothed ?? [])];
}
