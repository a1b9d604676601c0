/**
 * A run's curves as typed arrays, by split and name. Points arrive in order but for those sent twice or after a resume, so
 * appending costs only the new points. Curves share their arrays with the ones they were made from: what is appended lies
 * beyond the older one's length, what is corrected shows in both.
 */
import type { CurveName, MetricPoint, Split } from '../../shared/schema/metric.ts';

export interface RunCurve {
  split: Split;
  name: CurveName;
  length: number;
  /** Strictly ascending. The arrays may be longer than `length`. */
  step: Float64Array;
  epoch: Float64Array;
  value: Float64Array;
  /** Another one when an earlier point changes: what was derived from those must be derived anew. */
  revision: number;
}

export type RunCurves = ReadonlyMap<string, RunCurve>;

const FIRST_CAPACITY = 256;
let revisions = 0;
const keyOf = (split: Split, name: CurveName): string => `${split} ${name}`;

export const curveOf = (curves: RunCurves, split: Split, name: CurveName): RunCurve | undefined =>
  curves.get(keyOf(split, name));

/** Points of the same split, name and step count once, the later one holds. The same curves where nothing in `points` is news. */
export function appendPoints(curves: RunCurves, points: readonly MetricPoint[]): RunCurves {
  const news = points.filter((point) => !holds(curves, point));
  if (news.length === 0) return curves;
  const next = new Map(curves);
  const touched = new Set<string>();
  for (const point of news) {
    const key = keyOf(point.split, point.name);
    if (!touched.has(key)) {
      next.set(key, { ...(next.get(key) ?? emptyCurve(point)) });
      touched.add(key);
    }
    put(next.get(key)!, point.step, point.epoch, point.value);
  }
  return next;
}

/** `read` with the points of `known` that are younger than its last: those came while it was on its way. */
export function withYounger(read: RunCurves, known: RunCurves): RunCurves {
  const next = new Map(read);
  for (const [key, curve] of known) {
    const own = { ...(read.get(key) ?? emptyCurve(curve)) };
    const last = own.length > 0 ? own.step[own.length - 1]! : -1;
    for (let i = firstAtLeast(curve.step, curve.length, last + 1); i < curve.length; i++)
      put(own, curve.step[i]!, curve.epoch[i]!, curve.value[i]!);
    next.set(key, own);
  }
  return next;
}

/** Curves that a worker made: its revisions are not this thread's. */
export const asOwn = (curves: RunCurves): RunCurves =>
  new Map([...curves].map(([key, curve]) => [key, { ...curve, revision: revisions++ }]));

/** The first of the ascending `values` that is at least `wanted`; `length` where none is. */
export function firstAtLeast(values: Float64Array, length: number, wanted: number): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

function holds(curves: RunCurves, { split, name, step, epoch, value }: MetricPoint): boolean {
  const curve = curveOf(curves, split, name);
  if (!curve || curve.length === 0 || step > curve.step[curve.length - 1]!) return false;
  const at = firstAtLeast(curve.step, curve.length, step);
  return curve.step[at] === step && curve.value[at] === value && curve.epoch[at] === epoch;
}

const emptyCurve = ({ split, name }: Pick<RunCurve, 'split' | 'name'>): RunCurve => ({
  split,
  name,
  length: 0,
  step: new Float64Array(FIRST_CAPACITY),
  epoch: new Float64Array(FIRST_CAPACITY),
  value: new Float64Array(FIRST_CAPACITY),
  revision: revisions++,
});

function put(curve: RunCurve, step: number, epoch: number, value: number): void {
  const { length } = curve;
  const isNewest = length === 0 || step > curve.step[length - 1]!;
  const at = isNewest ? length : firstAtLeast(curve.step, length, step);
  if (!isNewest && curve.step[at] === step) {
    if (curve.value[at] === value && curve.epoch[at] === epoch) return;
  } else {
    if (length === curve.step.length) grow(curve);
    if (!isNewest) for (const field of FIELDS) curve[field].copyWithin(at + 1, at, length);
    curve.length = length + 1;
  }
  if (!isNewest) curve.revision = revisions++;
  curve.step[at] = step;
  curve.epoch[at] = epoch;
  curve.value[at] = value;
}

const FIELDS = ['step', 'epoch', 'value'] as const;

function grow(curve: RunCurve): void {
  for (const field of FIELDS) {
    const larger = new Float64Array(2 * curve[field].length);
    larger.set(curve[field]);
    curve[field] = larger;
  }
}
