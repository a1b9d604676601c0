import { describe, expect, it } from 'vitest';
import { decodeArtifact } from '../artifact/artifact.ts';
import { cpuBackend } from '../executors/tfjs/cpu-for-tests.ts';
import type { MetricPoint } from '../schema/metric.ts';
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts';
import type { TrainResult } from './events.ts';
import { splitRows } from './split-rows.ts';
import { cloudsSpec, cloudsTable, finish } from './train-fixtures.ts';
import { trainPipeline } from './train-pipeline.ts';
import { createTrainer } from './trainer.ts';
import { TrainingDiverged } from './training-diverged.ts';

const base = { table: cloudsTable(), datasetSha256: 'a'.repeat(64), device: 'test' };
const weightsOf = ({ artifact }: TrainResult) =>
  [...decodeArtifact(artifact).parameters.values()].map((p) => [...p.data]);

describe('trainPipeline', () => {
  it('learns, tells its curves, and ends with the same artifact for the same seed', async () => {
    const tf = await cpuBackend();
    const points: MetricPoint[] = [];
    const spec = cloudsSpec({ epochs: 30 });
    const first = await finish(trainPipeline(tf, { ...base, spec }), (event) => {
      if (event.type === 'metrics') points.push(...event.points);
    });
    expect(first.metrics.test.accuracy).toBeGreaterThanOrEqual(0.9);
    expect(first.steps).toBe(first.epochs * 4); // 54 rows in batches of 16
    const curve = (split: string, name: string) => points.filter((p) => p.split === split && p.name === name);
    expect(curve('validation', 'accuracy').map(({ step }) => step)).toEqual(
      Array.from({ length: first.epochs }, (_, i) => 4 * (i + 1)),
    );
    const losses = curve('train', 'loss').map(({ value }) => value);
    expect(losses.at(-1)!).toBeLessThan(losses[0]! / 2);
    expect(new Set(points.map((p) => `${p.split}/${p.name}/${p.step}`)).size).toBe(points.length);

    expect((await finish(trainPipeline(tf, { ...base, spec }))).sha256).toBe(first.sha256);
    const other = cloudsSpec({ epochs: 30, training: { ...spec.training, seed: 8 } });
    expect((await finish(trainPipeline(tf, { ...base, spec: other }))).sha256).not.toBe(first.sha256);
  });

  it('measures a regression in the units of its target', async () => {
    const spec = cloudsSpec({ task: 'regression', target: 'size', model: [], epochs: 60 });
    const { metrics } = await finish(trainPipeline(await cpuBackend(), { ...base, spec }));
    expect(metrics.test.r2).toBeGreaterThan(0.99); // the target is linear
    expect(metrics.test.rmse).toBeLessThan(1.5); // of values around 110
    expect(metrics.test).not.toHaveProperty('accuracy');
  });

  it('frees every tensor when finished, when stopped, and when it fails', async () => {
    const tf = await cpuBackend();
    const before = tf.memory().numTensors;
    await finish(trainPipeline(tf, { ...base, spec: cloudsSpec() }));
    expect(tf.memory().numTensors).toBe(before);

    const long = trainPipeline(tf, { ...base, spec: cloudsSpec({ epochs: 10_000 }) });
    for (;;) {
      const { value, done } = await long.next();
      expect(done).toBe(false);
      if ('type' in value && value.type === 'progress' && value.progress.phase === 'training') break;
    }
    expect(tf.memory().numTensors).toBeGreaterThan(before);
    await long.return(undefined as never);
    expect(tf.memory().numTensors).toBe(before);

    const { training } = cloudsSpec();
    const wild = cloudsSpec({
      task: 'regression',
      target: 'size',
      training: { ...training, epochs: 200, optimizer: { type: 'sgd', learningRate: 10, momentum: 0.9 } },
    });
    await expect(finish(trainPipeline(tf, { ...base, spec: wild }))).rejects.toThrow(TrainingDiverged);
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each([
    { type: 'adam', learningRate: 0.02 },
    { type: 'sgd', learningRate: 0.05, momentum: 0.9 },
  ] as const)('resumed with $type it ends as if it had never stopped', async (optimizer) => {
    const tf = await cpuBackend();
    const training = { ...cloudsSpec().training, optimizer, epochs: 40, earlyStopping: { patience: 40 } };
    const spec = cloudsSpec({ training });
    let checkpoint: Uint8Array | undefined;
    let checkpoints = 0;
    const whole = await finish(trainPipeline(tf, { ...base, spec, checkpointMs: 0 }), (event) => {
      if (event.type === 'checkpoint' && ++checkpoints === 15) checkpoint = event.bytes;
    });
    expect(checkpoint).toBeDefined();
    let firstStep = 0;
    const resumed = await finish(trainPipeline(tf, { ...base, spec, checkpoint: checkpoint! }), (event) => {
      if (event.type === 'metrics') firstStep ||= event.points[0]!.step;
    });
    expect(firstStep).toBeGreaterThan(60); // it does not begin again
    expect(resumed.steps).toBe(whole.steps);
    expect(weightsOf(resumed)).toEqual(weightsOf(whole));
    expect(resumed.sha256).toBe(whole.sha256);
  });

  it('refuses a checkpoint of another pipeline, another dataset, or with a flipped byte', async () => {
    const position = { epoch: 1, step: 4, bestLoss: 0.5, waited: 0 };
    const key = { specHash: 'b'.repeat(64), datasetSha256: 'a'.repeat(64) };
    const bytes = encodeCheckpoint({
      ...key,
      position,
      tensors: [Float32Array.of(1, 2), Float32Array.of(3)],
    });
    expect(decodeCheckpoint(bytes, key).tensors).toEqual([Float32Array.of(1, 2), Float32Array.of(3)]);
    expect(() => decodeCheckpoint(bytes, { ...key, specHash: 'c'.repeat(64) })).toThrow('another pipeline');
    expect(() => decodeCheckpoint(bytes, { ...key, datasetSha256: 'c'.repeat(64) })).toThrow(
      'another dataset',
    );
    const flipped = bytes.slice();
    flipped[bytes.length >> 1]! ^= 1;
    expect(() => decodeCheckpoint(flipped, key)).toThrow('cannot go on from this checkpoint');
  });
});

describe('gradients against finite differences', () => {
  it('of a convolutional classifier', async () => {
    const tf = await cpuBackend();
    const spec = cloudsSpec({
      model: [
        { type: 'conv2d', filters: 2, kernelSize: 3, stride: 1, padding: 'same', activation: 'tanh' },
        { type: 'max-pooling2d', size: 2 },
      ],
      training: {
        ...cloudsSpec().training,
        optimizer: { type: 'sgd', learningRate: 1, momentum: 0 }, // one step moves a weight by its gradient
      },
    });
    const before = tf.memory().numTensors;
    const trainer = createTrainer(tf, spec, { inputShape: [5, 5, 1], outputs: 3 });
    const x = tf.tensor(
      Array.from({ length: 50 }, (_, i) => Math.sin(i * 1.7)),
      [2, 5, 5, 1],
    );
    const target = tf.tensor1d([2, 0]);
    const rows = {
      count: 2,
      targets: Float32Array.of(2, 0),
      take: () => ({ x: x.clone(), target: target.clone() }),
      dispose() {},
    };
    const places = Uint32Array.of(0, 1);
    const start = await trainer.save();
    const lossAt = async (tensors: Float32Array[]) => {
      trainer.restore(tensors);
      const loss = trainer.step(rows, places, 0);
      const [value] = await loss.data();
      loss.dispose();
      return value!;
    };
    await lossAt(start);
    const moved = await trainer.save();
    const eps = 1e-2;
    for (const [t, tensor] of start.entries()) {
      for (const i of [0, tensor.length - 1]) {
        const nudged = (by: number) =>
          start.map((other, o) => (o === t ? other.map((w, j) => (j === i ? w + by : w)) : other));
        const slope = ((await lossAt(nudged(eps))) - (await lossAt(nudged(-eps)))) / (2 * eps);
        expect(Math.abs(tensor[i]! - moved[t]![i]! - slope)).toBeLessThan(2e-3);
      }
    }
    trainer.dispose();
    tf.dispose([x, target]);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('splitRows', () => {
  it('keeps the proportions of the classes and loses no row', () => {
    const table = cloudsTable(90);
    const { train, validation, test } = splitRows(table, cloudsSpec());
    expect([...train, ...validation, ...test].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 90 }, (_, i) => i),
    );
    expect([train.length, validation.length, test.length]).toEqual([54, 18, 18]);
    for (const part of [train, validation, test]) {
      expect(part.filter((row) => row % 3 === 0).length).toBe(part.length / 3);
    }
  });

  it('refuses data that would leave a part empty', () => {
    expect(() => splitRows(cloudsTable(3), cloudsSpec())).toThrow('The data has 3 rows, too few');
  });
});
