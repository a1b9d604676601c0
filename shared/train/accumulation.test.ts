/** Gradients of several batches put together. */
import { expect, it } from 'vitest';
import { decodeArtifact } from '../artifact/artifact.ts';
import type { NetworkPipeline } from '../definition/pipeline-spec.ts';
import { createPlainExecutor } from '../executors/plain/plain-executor.ts';
import type { TrainEvent } from './events.ts';
import { cloudsSpec, cloudsTable, finish } from './train-fixtures.ts';
import { trainPipeline } from './train-pipeline.ts';

const candidates = [{ name: 'plain', device: 'test', start: async () => createPlainExecutor() }];
const base = { table: cloudsTable(), datasetSha256: 'a'.repeat(64) };

async function weightsAfter(
  training: Partial<NetworkPipeline['training']>,
  onEvent?: (e: TrainEvent) => void,
) {
  const model: NetworkPipeline['model'] = [{ type: 'dense', units: 8, activation: 'tanh' }];
  const usual = { ...cloudsSpec().training, earlyStopping: null, epochs: 5 };
  const spec = cloudsSpec({ model, training: { ...usual, ...training } });
  const { artifact } = await finish(trainPipeline(candidates, { ...base, spec }), onEvent);
  return [...decodeArtifact(artifact).parameters.values()].flatMap(({ data }) => [...data]);
}

it.each(['adam', 'sgd'] as const)('%s moves as with one batch of all their rows', async (type) => {
  const optimizer =
    type === 'adam' ? { type, learningRate: 0.02 } : { type, learningRate: 0.1, momentum: 0.9 };
  // 54 rows: in one batch, or in three of 18
  const whole = await weightsAfter({ batchSize: 54, optimizer });
  const parts = await weightsAfter({ batchSize: 18, accumulate: 3, optimizer });
  parts.forEach((weight, i) => {
    expect(weight).toBeCloseTo(whole[i]!, 5);
  });
});

it('moves by what is left at the end of an epoch, and tells how long gradients and weights are', async () => {
  const names = new Map<string, number[]>();
  const optimizer = { type: 'sgd' as const, learningRate: 0.05, momentum: 0 };
  // two steps an epoch, never four: the mean of both moves the weights
  const left = await weightsAfter({ batchSize: 27, accumulate: 4, optimizer }, (event) => {
    if (event.type !== 'metrics') return;
    for (const { name, value } of event.points) names.set(name, [...(names.get(name) ?? []), value]);
  });
  const whole = await weightsAfter({ batchSize: 54, optimizer });
  left.forEach((weight, i) => {
    expect(weight).toBeCloseTo(whole[i]!, 5);
  });
  expect(names.get('learning-rate')).toEqual(names.get('gradient-norm')!.map(() => 0.05));
  expect(names.get('gradient-norm')!.every((value) => value > 0)).toBe(true);
  const squares = left.reduce((sum, weight) => sum + weight * weight, 0);
  expect(names.get('weight-norm')!.at(-1)).toBeCloseTo(Math.sqrt(squares), 5);
  expect(names.get('throughput')!.length).toBe(5);
});
