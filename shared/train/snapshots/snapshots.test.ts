/** Snapshots of whole trainings: what they have, and when they are taken. */
import { expect, it } from 'vitest';
import { decodeArtifact } from '../../artifact/artifact.ts';
import { createPredictor } from '../../artifact/predictor.ts';
import type { Table } from '../../data/table.ts';
import { PipelineSpec } from '../../definition/pipeline-spec.ts';
import { plainCandidate } from '../../executors/plain/plain-candidate.ts';
import { createPlainExecutor } from '../../executors/plain/plain-executor.ts';
import { Snapshot } from '../../schema/snapshot.ts';
import { cloudsSpec, cloudsTable, finish } from '../train-fixtures.ts';
import { trainPipeline } from '../train-pipeline.ts';

async function watch(spec: PipelineSpec, table: Table = cloudsTable()) {
  const snapshots: Snapshot[] = [];
  const training = trainPipeline([plainCandidate('here')], { spec, table, datasetSha256: '0'.repeat(64) });
  const result = await finish(training, (event) => {
    if (event.type === 'snapshot') snapshots.push(Snapshot.parse(event.snapshot));
  });
  const artifact = decodeArtifact(result.artifact, result.sha256);
  return { snapshots, last: snapshots.at(-1)!, result, artifact };
}

const linear = cloudsSpec({ model: [], epochs: 40 });

it('are taken at the first validation and at the end, of the same rows', async () => {
  const { snapshots, last, result, artifact } = await watch(cloudsSpec({ epochs: 12 }));
  expect(snapshots[0]).toMatchObject({ epoch: 1 });
  expect(last).toMatchObject({ step: result.steps, epoch: 12 });
  const rows = ({ samples }: Snapshot) => samples!.rows.map(({ row, expected }) => ({ row, expected }));
  expect(rows(snapshots[0]!)).toEqual(rows(last));
  expect(last.samples!.rows).toHaveLength(8);

  // what the artifact answers is what the last one says, and its rows are the confusion matrix
  const predictor = await createPredictor(artifact, createPlainExecutor());
  const answers = await predictor.predict(last.samples!.rows.map(({ row }) => row));
  last.samples!.rows.forEach(({ prediction }, i) => {
    const [said, answer] = [prediction, answers[i]] as {
      label: string;
      probabilities: Record<string, number>;
    }[];
    expect(said!.label).toBe(answer!.label);
    expect(said!.probabilities[said!.label]).toBeCloseTo(answer!.probabilities[said!.label]!, 4);
  });
  const { counts, classes } = last.confusion!;
  expect(classes).toEqual(['inside', 'outside']);
  const right = counts[0]![0]! + counts[1]![1]!;
  expect(counts.flat().reduce((a, b) => a + b)).toBe(18);
  expect(right / 18).toBeCloseTo(result.metrics.validation.accuracy!, 10);
  expect(last.weights).toBeUndefined();
  expect(last.descent).toBeUndefined();
});

it('have the weights of a linear model, and the way to them', async () => {
  const { last, artifact } = await watch(linear);
  const kernel = artifact.parameters.get('output/kernel')!;
  expect(kernel.shape).toEqual([2, 2]);
  const { inputs, outputs, values } = last.weights!;
  expect(outputs).toEqual(['inside', 'outside']);
  for (const [place, name] of inputs.entries()) {
    const row = ['a', 'b'].indexOf(name);
    expect(values[place]![0]).toBeCloseTo(kernel.data[row * 2]!, 4);
    expect(values[place]![1]).toBeCloseTo(kernel.data[row * 2 + 1]!, 4);
  }
  // two weights of the same class, of a and of b
  const [step, x, y] = last.descent!.path.at(-1)!;
  const place = ['inside', 'outside'].indexOf(last.descent!.x.name.split(' → ')[1]!);
  expect([last.descent!.x.name, last.descent!.y.name]).toEqual(
    ['a', 'b'].map((name) => `${name} → ${outputs[place]}`),
  );
  expect(step).toBe(last.step);
  expect(x).toBeCloseTo(kernel.data[place]!, 4);
  expect(y).toBeCloseTo(kernel.data[2 + place]!, 4);
  expect(last.descent!.path[0]![0]).toBe(0);
});

it('show least squares at the bottom of the loss', async () => {
  // size is 100 + 20 a - 10 b to the last digit: nothing is left of the loss at the end
  const training = {
    ...linear.training,
    epochs: 250,
    optimizer: { type: 'adam' as const, learningRate: 0.05 },
  };
  const { last } = await watch({ ...linear, task: 'regression', target: 'size', training });
  const { x, y, size, loss, path } = last.descent!;
  const [, atX, atY] = path.at(-1)!;
  const least = loss.indexOf(Math.min(...loss));
  const [cellX, cellY] = [(x.max - x.min) / size, (y.max - y.min) / size];
  expect(Math.abs(x.min + ((least % size) + 0.5) * cellX - atX)).toBeLessThan(cellX);
  expect(Math.abs(y.min + (Math.floor(least / size) + 0.5) * cellY - atY)).toBeLessThan(cellY);
  // standardised, the loss rises by the squares of what a weight is off, since a and b are independent and of variance 1
  const corner = (path[0]![1] - atX) ** 2 + (path[0]![2] - atY) ** 2;
  expect(corner).toBeGreaterThan(0.1);
  expect(x.name).toBe('a');
  expect(y.name).toBe('b');
});

it('have weight and bias where there is one input', async () => {
  const { last } = await watch({
    ...linear,
    task: 'regression',
    target: 'size',
    features: linear.features.slice(0, 1),
  });
  expect([last.descent!.x.name, last.descent!.y.name]).toEqual(['a', 'bias']);
  expect(last.surface).toBeUndefined();
});

it('are taken of estimators once they are fitted', async () => {
  const { split, features } = cloudsSpec();
  const estimator = (task: string, target: string, model: object) =>
    PipelineSpec.parse({
      ...{ schemaVersion: 1, kind: 'estimator', task, target, split, features, model, training: { seed: 1 } },
    });
  const { snapshots, last } = await watch(
    estimator('classification', 'label', { type: 'random-forest', trees: 20 }),
  );
  expect(snapshots).toHaveLength(1);
  expect(last.samples!.rows[0]!.expected).not.toBeNull();
  expect(last.surface!.answers.type).toBe('classes');

  const ridge = await watch(estimator('regression', 'size', { type: 'ridge' }));
  expect(ridge.last.weights!.inputs).toEqual(['a', 'b']);
  expect(ridge.last.weights!.values[0]![0]).toBeCloseTo(ridge.artifact.parameters.get('kernel')!.data[0]!, 4);

  const groups = await watch(estimator('clustering', 'cluster', { type: 'k-means', k: 2 }));
  expect(groups.last.samples!.rows[0]!.expected).toBeNull();
  expect(groups.last.confusion).toBeUndefined();
  expect(groups.last.surface!.points).toEqual([]);
});
