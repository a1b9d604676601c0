/** Numbers that do well on most data of a size. */
import type { SplitSpec, TrainingSpec } from '../definition/pipeline-spec.ts';

export function splitFor(rows: number): SplitSpec {
  return rows < 10_000 ? { validation: 0.15, test: 0.2 } : { validation: 0.1, test: 0.1 };
}

/** About 2,000 updates, however many rows there are, within `epochsLeast` and `epochsMost` epochs. */
export function trainingFor(
  rows: number,
  epochsMost: number,
  learningRate: number,
  epochsLeast = 5,
): TrainingSpec {
  const batchSize = rows < 5_000 ? 32 : rows < 50_000 ? 64 : 128;
  const wanted = Math.ceil((2000 * batchSize) / rows);
  const epochs = Math.min(Math.max(wanted, epochsLeast), epochsMost);
  return {
    epochs,
    batchSize,
    optimizer: { type: 'adam', learningRate },
    seed: 1,
    earlyStopping: { patience: Math.max(3, Math.ceil(epochs / 8)) },
  };
}
