/** For tests: a small dataset, a pipeline for it, and a training run to its end. */
import type { Table } from '../data/table.ts';
import type { NetworkPipeline } from '../definition/pipeline-spec.ts';
import { createRandom } from '../graph/random.ts';
import type { TrainEvent, TrainResult } from './events.ts';

/** Two overlapping clouds of points, labelled `inside` and `outside`; `size` is a number that follows from them. */
export function cloudsTable(rows = 90): Table {
  const random = createRandom(42);
  const inside = Array.from({ length: rows }, (_, row) => row % 3 === 0);
  const a = Float64Array.from(inside, (yes) => random() + (yes ? 0.6 : 0));
  const b = Float64Array.from(inside, (yes) => random() - (yes ? 0.6 : 0));
  return {
    rows,
    columns: new Map<string, Table['columns'] extends ReadonlyMap<string, infer C> ? C : never>([
      ['a', { type: 'number', values: a }],
      ['b', { type: 'number', values: b }],
      ['label', { type: 'category', values: inside.map((yes) => (yes ? 'inside' : 'outside')) }],
      ['size', { type: 'number', values: a.map((value, i) => 100 + 20 * value - 10 * b[i]!) }],
    ]),
  };
}

export function cloudsSpec(change: Partial<NetworkPipeline> & { epochs?: number } = {}): NetworkPipeline {
  const { epochs = 6, ...rest } = change;
  return {
    schemaVersion: 1,
    task: 'classification',
    target: 'label',
    features: [
      { column: 'a', steps: [{ type: 'standardise' }] },
      { column: 'b', steps: [{ type: 'standardise' }] },
    ],
    model: [
      { type: 'dense', units: 8, activation: 'relu' },
      { type: 'dropout', rate: 0.2 },
    ],
    split: { validation: 0.2, test: 0.2 },
    training: {
      epochs,
      batchSize: 16,
      optimizer: { type: 'adam', learningRate: 0.02 },
      seed: 7,
      earlyStopping: { patience: 50 },
    },
    ...rest,
  };
}

/** Runs to the end; `onEvent` sees everything on the way. */
export async function finish(
  training: AsyncGenerator<TrainEvent, TrainResult, void>,
  onEvent: (event: TrainEvent) => void = () => {},
): Promise<TrainResult> {
  for (;;) {
    const { done, value } = await training.next();
    if (done) return value;
    onEvent(value);
  }
}
