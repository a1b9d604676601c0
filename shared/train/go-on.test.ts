/** Definitions that go on from another's checkpoint: longer, by another loss, with and without early stopping. */
import { expect, it } from 'vitest';
import { decodeArtifact } from '../artifact/artifact.ts';
import { continuationKey } from '../definition/canonical.ts';
import type { NetworkPipeline } from '../definition/pipeline-spec.ts';
import { plainCandidate } from '../executors/plain/plain-candidate.ts';
import { decodeCheckpoint } from './checkpoint.ts';
import type { TrainResult } from './events.ts';
import { cloudsSpec, cloudsTable, finish } from './train-fixtures.ts';
import { trainPipeline } from './train-pipeline.ts';
import { TrainingDiverged } from './training-diverged.ts';

const base = { table: cloudsTable(), datasetSha256: 'a'.repeat(64) };
const candidates = [plainCandidate('test')];
const { training } = cloudsSpec();
const sgd = (learningRate: number) => ({ type: 'sgd', learningRate, momentum: 0 }) as const;

const specOf = (change: Partial<NetworkPipeline['training']>, rest: Partial<NetworkPipeline> = {}) =>
  cloudsSpec({ ...rest, training: { ...training, epochs: 6, earlyStopping: null, ...change } });
const weightsOf = ({ artifact }: TrainResult) =>
  [...decodeArtifact(artifact).parameters.values()].map(({ data }) => [...data]);

/** The result, and the last checkpoint. */
async function train(spec: NetworkPipeline, checkpoint?: Uint8Array) {
  let last: Uint8Array | undefined;
  const options = { ...base, spec, ...(checkpoint && { checkpoint }) };
  const result = await finish(trainPipeline(candidates, options), (event) => {
    if (event.type === 'checkpoint') last = event.bytes;
  });
  return { result, checkpoint: last! };
}

it('made longer, it ends as if it had been so long from the first', async () => {
  const { checkpoint } = await train(specOf({ epochs: 6 }));
  const longer = specOf({ epochs: 10 });
  const { result } = await train(longer, checkpoint);
  expect(weightsOf(result)).toEqual(weightsOf((await train(longer)).result));
});

it('without early stopping now, it keeps its last weights and not the best of before', async () => {
  // so fast that it gets worse in the end
  const optimizer = sgd(3);
  const { checkpoint } = await train(specOf({ optimizer, earlyStopping: { patience: 6 } }));
  const longer = specOf({ optimizer, epochs: 10 });
  const { result } = await train(longer, checkpoint);
  expect(weightsOf(result)).toEqual(weightsOf((await train(longer)).result));
});

it('by another loss it is judged anew, since what was least of one says nothing of the other', async () => {
  // the focal loss is a part of the cross-entropy, which never comes down to it
  const { result: first, checkpoint } = await train(specOf({ loss: { type: 'focal', gamma: 5 } }));
  const { result } = await train(specOf({ epochs: 20, earlyStopping: { patience: 2 } }), checkpoint);
  expect(result.epochs).toBeGreaterThan(first.epochs + 2);
  expect(weightsOf(result)).not.toEqual(weightsOf(first));
});

it('with early stopping now, it keeps the best from here on where none was kept before', async () => {
  const { checkpoint } = await train(specOf({ optimizer: sgd(0.05) }));
  const optimizer = sgd(10);
  const worse = specOf({ optimizer, epochs: 12, earlyStopping: { patience: 12 } });
  const losses: [epoch: number, loss: number][] = [];
  const result = await finish(trainPipeline(candidates, { ...base, spec: worse, checkpoint }), (event) => {
    if (event.type !== 'metrics') return;
    for (const { split, name, epoch, value } of event.points)
      if (split === 'validation' && name === 'loss') losses.push([epoch, value]);
  });
  const [epochs, least] = losses.reduce((best, one) => (one[1] < best[1] ? one : best));
  const key = { continuation: continuationKey(worse), datasetSha256: base.datasetSha256 };
  expect(least).toBeGreaterThan(decodeCheckpoint(checkpoint, key).position.bestLoss!);
  expect(weightsOf(result)).toEqual(
    weightsOf((await train(specOf({ optimizer, epochs }), checkpoint)).result),
  );
});

it('that diverges leaves no checkpoint of what is no number', async () => {
  const spec = specOf(
    { epochs: 200, batchSize: 1, optimizer: sgd(10) },
    { task: 'regression', target: 'size', model: [] },
  );
  const key = { continuation: continuationKey(spec), datasetSha256: base.datasetSha256 };
  let checkpoints = 0;
  const { now } = performance;
  // a clock so fast that a checkpoint is due after every step
  performance.now = () => 1e6 * now.call(performance);
  try {
    await expect(
      finish(trainPipeline(candidates, { ...base, spec }), (event) => {
        if (event.type !== 'checkpoint') return;
        checkpoints += 1;
        const { tensors, position } = decodeCheckpoint(event.bytes, key);
        const bad = tensors.flatMap((tensor) => [...tensor]).filter((value) => !Number.isFinite(value));
        expect(bad, `after step ${position.step}`).toEqual([]);
      }),
    ).rejects.toThrow(TrainingDiverged);
  } finally {
    performance.now = now;
  }
  expect(checkpoints).toBeGreaterThan(3);
});
