/** For tests: a small dataset, a pipeline for it, and trainings run to their end. */
import type { Table } from '../data/table.ts';
import type { NetworkPipeline } from '../definition/pipeline-spec.ts';
import type { Candidate } from '../executors/choose/candidate.ts';
import { createMeeting } from '../federated/meeting.ts';
import { type Rules, roundsOf } from '../federated/rules.ts';
import { createRandom } from '../graph/random.ts';
import type { TrainEvent, TrainResult } from './events.ts';
import type { TrainOptions } from './train-options.ts';
import { trainPipeline } from './train-pipeline.ts';

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

export interface Cohort {
  epochsPerRound: number;
  rules?: Partial<Rules>;
  onEvent?: (event: TrainEvent, participant: number) => void;
}

/** Trains all of `parts`, each with rows of its own, averaged in rounds, to their end; all must answer. */
export function trainTogether(
  candidates: readonly Candidate[],
  parts: readonly (TrainOptions & { spec: NetworkPipeline })[],
  { epochsPerRound, rules, onEvent = () => {} }: Cohort,
): Promise<TrainResult[]> {
  const { exchange } = createMeeting({
    ...{ participants: parts.length, quorum: parts.length, deadlineMs: 0 },
    ...roundsOf(parts[0]!.spec.training, epochsPerRound),
    ...rules,
  });
  return Promise.all(
    parts.map((options, index) => {
      const averaging = { participant: `p${index}`, epochsPerRound, exchange };
      return finish(trainPipeline(candidates, { ...options, averaging }), (event) => onEvent(event, index));
    }),
  );
}
