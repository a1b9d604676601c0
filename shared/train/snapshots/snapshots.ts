/** Takes snapshots of a training: soon and then ever less often, for a small share of its time, and once more at its end. */
import { AppError } from '../../errors.ts';
import type { ParameterValues } from '../../executors/executor.ts';
import { bytesOf, SNAPSHOT_BYTES, Snapshot, type SnapshotParts } from '../../schema/snapshot.ts';
import { isLinear, linearModel, type PathPoint } from './linear-model.ts';
import { snapshotMakers } from './list.ts';
import type { Moment, Scope } from './moment.ts';

/** The time between two: first so long, then twice as long, and so on. */
const FIRST_MS = 250;
const LONGEST_MS = 2000;
/** A snapshot is taken no sooner than after so many times what the last one took. */
const SHARE = 50;
/** Points of a path at most; then every second one is dropped. */
const PATH = 200;
/** Kernels above this many numbers are not remembered at each validation. */
const KERNEL = 10_000;

type Place = { step: number; epoch: number };
type Standing = Pick<Moment, 'y' | 'outcome' | 'parameters'>;

export function createSnapshots(scope: Scope) {
  let path: PathPoint[] = [];
  let taken = 0;
  let due = 0; // ms

  const note = (step: number, parameters: () => ParameterValues) => {
    if (!isLinear(scope.spec)) return;
    const { kernel, bias, ...shape } = linearModel(scope.spec, parameters());
    if (kernel.length > KERNEL) return;
    if (path.at(-1)?.step === step) path.pop();
    path.push({ step, ...shape, kernel: kernel.slice(), bias: bias.slice() });
    if (path.length > PATH) path = path.filter((_, i) => i % 2 === 0);
  };

  const takeNow = async (at: Place, standing: Standing): Promise<Snapshot> => {
    note(at.step, standing.parameters);
    return { ...at, ...(await partsOf({ ...scope, ...standing, path })) };
  };

  return {
    /** Of a linear model: where its weights are. */
    note,

    /** At a validation; null where it is too soon for one. */
    async take(at: Place, standing: Standing): Promise<Snapshot | null> {
      note(at.step, standing.parameters);
      const start = performance.now();
      if (start < due) return null;
      const snapshot = await takeNow(at, standing);
      const end = performance.now();
      due = end + Math.max(Math.min(LONGEST_MS, FIRST_MS * 2 ** taken), SHARE * (end - start));
      taken += 1;
      return snapshot;
    },

    /** Of the model as it is kept. */
    takeLast: takeNow,
  };
}

async function partsOf(moment: Moment): Promise<SnapshotParts> {
  const parts: SnapshotParts = {};
  for (const { part, make } of snapshotMakers) {
    try {
      // a number that is none, say, is nothing to be shown
      const made = Snapshot.shape[part].safeParse(await make(moment));
      if (made.data) Object.assign(parts, { [part]: made.data });
    } catch (error) {
      // what cannot be told of this model is left out; the training goes on
      if (!(error instanceof AppError)) throw error;
    }
  }
  while (bytesOf(parts) > SNAPSHOT_BYTES - 100) delete parts[largest(parts)];
  return parts;
}

const largest = (parts: SnapshotParts): keyof SnapshotParts =>
  (Object.keys(parts) as (keyof SnapshotParts)[]).reduce((a, b) =>
    bytesOf(parts[b]) > bytesOf(parts[a]) ? b : a,
  );
