import { describe, expect, it } from 'vitest';
import { decodeArtifact } from '../artifact/artifact.ts';
import type { ColumnData, Table } from '../data/table.ts';
import { continuationKey } from '../definition/canonical.ts';
import type { Candidate } from '../executors/choose/candidate.ts';
import type { Program } from '../executors/executor.ts';
import { createPlainExecutor } from '../executors/plain/plain-executor.ts';
import { LossSpec } from '../model/losses/list.ts';
import { ModelSpec } from '../model/model-spec.ts';
import type { MetricPoint } from '../schema/metric.ts';
import { decodeCheckpoint, encodeCheckpoint, stepsAt } from './checkpoint.ts';
import { classWeightsOf } from './class-weights.ts';
import type { TrainResult } from './events.ts';
import { splitRows } from './split-rows.ts';
import { cloudsSpec, cloudsTable, finish } from './train-fixtures.ts';
import { trainPipeline } from './train-pipeline.ts';
import { TrainingDiverged } from './training-diverged.ts';

const base = { table: cloudsTable(), datasetSha256: 'a'.repeat(64) };

/** Programs that are compiled and not yet disposed of. */
const open = new Set<Program>();
const counted: Candidate = {
  name: 'plain',
  device: 'test',
  async start() {
    const plain = createPlainExecutor();
    return {
      name: plain.name,
      async compile(graph, parameters) {
        const program = await plain.compile(graph, parameters);
        open.add(program);
        const dispose = () => {
          open.delete(program);
          program.dispose();
        };
        return { ...program, dispose };
      },
    };
  },
};
const candidates = [counted];
const weightsOf = ({ artifact }: TrainResult) =>
  [...decodeArtifact(artifact).parameters.values()].map((p) => [...p.data]);

describe('trainPipeline', () => {
  it('learns, tells its curves, and ends with the same artifact for the same seed', async () => {
    const points: MetricPoint[] = [];
    const spec = cloudsSpec({ epochs: 30 });
    const first = await finish(trainPipeline(candidates, { ...base, spec }), (event) => {
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

    expect((await finish(trainPipeline(candidates, { ...base, spec }))).sha256).toBe(first.sha256);
    const other = cloudsSpec({ epochs: 30, training: { ...spec.training, seed: 8 } });
    expect((await finish(trainPipeline(candidates, { ...base, spec: other }))).sha256).not.toBe(first.sha256);
  });

  it('measures a regression in the units of its target', async () => {
    const spec = cloudsSpec({ task: 'regression', target: 'size', model: [], epochs: 60 });
    const { metrics } = await finish(trainPipeline(candidates, { ...base, spec }));
    expect(metrics.test.r2).toBeGreaterThan(0.99); // the target is linear
    expect(metrics.test.rmse).toBeLessThan(1.5); // of values around 110
    expect(metrics.test).not.toHaveProperty('accuracy');
  });

  it('frees every program when finished, when stopped, and when it fails', async () => {
    await finish(trainPipeline(candidates, { ...base, spec: cloudsSpec() }));
    expect(open.size).toBe(0);

    const endless = cloudsSpec({
      training: { ...cloudsSpec().training, epochs: 10_000, earlyStopping: null },
    });
    const long = trainPipeline(candidates, { ...base, spec: endless });
    for (;;) {
      const { value, done } = await long.next();
      expect(done).toBe(false);
      if ('type' in value && value.type === 'progress' && value.progress.phase === 'training') break;
    }
    expect(open.size).toBeGreaterThan(0);
    await long.return(undefined as never);
    expect(open.size).toBe(0);

    const { training } = cloudsSpec();
    const wild = cloudsSpec({
      task: 'regression',
      target: 'size',
      training: { ...training, epochs: 200, optimizer: { type: 'sgd', learningRate: 10, momentum: 0.9 } },
    });
    await expect(finish(trainPipeline(candidates, { ...base, spec: wild }))).rejects.toThrow(
      TrainingDiverged,
    );
    expect(open.size).toBe(0);
  });

  it.each([
    { type: 'adam', learningRate: 0.02 },
    { type: 'sgd', learningRate: 0.05, momentum: 0.9, nesterov: true },
    { type: 'adamw', learningRate: 0.02, weightDecay: 0.01, clipNorm: 1 },
    { type: 'rmsprop', learningRate: 0.01 },
    { type: 'adagrad', learningRate: 0.1 },
  ] as const)('resumed with $type it ends as if it had never stopped', async (optimizer) => {
    const training = { ...cloudsSpec().training, optimizer, epochs: 40, earlyStopping: { patience: 40 } };
    const spec = cloudsSpec({ training });
    let checkpoint: Uint8Array | undefined;
    let checkpoints = 0;
    const whole = await finish(trainPipeline(candidates, { ...base, spec, checkpointMs: 0 }), (event) => {
      if (event.type === 'checkpoint' && ++checkpoints === 15) checkpoint = event.bytes;
    });
    expect(checkpoint).toBeDefined();
    let firstStep = 0;
    const resumed = await finish(
      trainPipeline(candidates, { ...base, spec, checkpoint: checkpoint! }),
      (event) => {
        if (event.type === 'metrics') firstStep ||= event.points[0]!.step;
      },
    );
    expect(stepsAt(checkpoint!)).toBeGreaterThan(20);
    expect(firstStep).toBeGreaterThan(stepsAt(checkpoint!)); // it does not begin again
    expect(resumed.steps).toBe(whole.steps);
    expect(weightsOf(resumed)).toEqual(weightsOf(whole));
    expect(resumed.sha256).toBe(whole.sha256);
  });

  it('learns a residual network with a feature of its own, on a schedule', async () => {
    const model = ModelSpec.parse([
      { type: 'dense', units: 8, id: 'stem' },
      { type: 'dense', units: 8, activation: 'gelu' },
      { type: 'layer-norm', id: 'branch' },
      { type: 'add', inputs: ['stem', 'branch'], id: 'sum' },
      { type: 'concatenate', inputs: ['sum', 'feature:b'] },
    ]);
    const training = {
      ...cloudsSpec().training,
      epochs: 20,
      schedule: { type: 'cosine', warmupSteps: 8, floor: 0 },
      loss: { type: 'focal', gamma: 1 },
      classWeights: 'balanced',
      l2: 1e-4,
    } as const;
    const points: MetricPoint[] = [];
    const spec = cloudsSpec({ model, training });
    const options = { ...base, spec, checkpointMs: 0 };
    let checkpoint: Uint8Array | undefined;
    const result = await finish(trainPipeline(candidates, options), (event) => {
      if (event.type === 'metrics') points.push(...event.points);
      if (event.type === 'checkpoint') checkpoint ??= event.bytes;
    });
    const losses = points
      .filter(({ split, name }) => split === 'train' && name === 'loss')
      .map(({ value }) => value);
    expect(losses.at(-1)!).toBeLessThan(losses[0]! / 2);
    expect(result.metrics.test.accuracy).toBeGreaterThanOrEqual(0.9);
    const resumed = await finish(trainPipeline(candidates, { ...base, spec, checkpoint: checkpoint! }));
    expect(resumed.sha256).toBe(result.sha256);
  });

  it('learns from a picture beside a number, each by blocks of its own', async () => {
    // the label is whether the picture's bright half and the number's sign agree: neither tells it alone
    const rows = 160;
    const left = (row: number) => row % 2 === 0;
    const positive = (row: number) => row % 4 < 2;
    const data = (row: number) =>
      Uint8Array.from({ length: 16 }, (_, i) => (i % 4 < 2 === left(row) ? 200 : 20) + ((row * 7 + i) % 13));
    const rowsOf = <T>(value: (row: number) => T) => Array.from({ length: rows }, (_, row) => value(row));
    const table: Table = {
      rows,
      columns: new Map<string, ColumnData>([
        ['n', { type: 'number', values: Float64Array.from(rowsOf((row) => (positive(row) ? 1 : -1))) }],
        [
          'picture',
          { type: 'image', values: rowsOf((row) => ({ width: 4, height: 4, channels: 1, data: data(row) })) },
        ],
        [
          'label',
          { type: 'category', values: rowsOf((row) => (left(row) === positive(row) ? 'same' : 'other')) },
        ],
      ]),
    };
    const spec = cloudsSpec({
      features: [
        { column: 'n', steps: [] },
        {
          column: 'picture',
          steps: [{ type: 'image', height: 4, width: 4, channels: 1, scale: 'minus-one-one' }],
        },
      ],
      model: ModelSpec.parse([
        { type: 'conv2d', filters: 4, kernelSize: 2, stride: 2, inputs: ['feature:picture'] },
        { type: 'flatten', id: 'seen' },
        { type: 'concatenate', inputs: ['seen', 'feature:n'] },
        { type: 'dense', units: 16 },
      ]),
      epochs: 40,
    });
    const options = { table, spec, datasetSha256: base.datasetSha256 };
    const result = await finish(trainPipeline(candidates, options));
    expect(result.metrics.test.accuracy).toBe(1);
    expect(decodeArtifact(result.artifact).fitted.outputShape).toEqual([17]);
  });

  it('watches the loss that it trains', async () => {
    const validation: Record<string, number> = {};
    for (const type of ['mse', 'mae', 'huber', 'quantile'] as const) {
      const loss = LossSpec.parse({ type, ...(type === 'quantile' && { q: 0.5 }) });
      const training = { ...cloudsSpec().training, epochs: 1, loss };
      const spec = cloudsSpec({ task: 'regression', target: 'size', model: [], training });
      // one step that changes next to nothing, so that all four see the same errors
      spec.training.optimizer = { type: 'sgd', learningRate: 1e-9, momentum: 0 };
      await finish(trainPipeline(candidates, { ...base, spec }), (event) => {
        if (event.type !== 'metrics') return;
        for (const { split, name, value } of event.points) {
          if (split === 'validation' && name === 'loss') validation[type] = value;
        }
      });
    }
    const { mse, mae, huber, quantile } = validation;
    expect(quantile).toBeCloseTo(mae! / 2, 5); // q = ½ is half the absolute error
    expect(mse).toBeGreaterThan(mae! ** 2); // Jensen
    expect(huber).toBeLessThan(mse! / 2);
    const spec = cloudsSpec({ task: 'regression', target: 'size', model: [] });
    const usual = { ...spec.training, epochs: 1 };
    const ends = await Promise.all(
      [undefined, LossSpec.parse({ type: 'mse' })].map(async (loss) => {
        const training = loss ? { ...usual, loss } : usual;
        return weightsOf(await finish(trainPipeline(candidates, { ...base, spec: { ...spec, training } })));
      }),
    );
    expect(ends[1]).toEqual(ends[0]);
  });

  it('lowers the learning rate on a plateau, and remembers it in its checkpoints', async () => {
    const training = {
      ...cloudsSpec().training,
      epochs: 12,
      earlyStopping: null,
      // so high that the loss soon stops falling
      optimizer: { type: 'sgd', learningRate: 3, momentum: 0 },
      reduceOnPlateau: { patience: 1, factor: 0.01 },
    } as const;
    const spec = cloudsSpec({ training, model: [] });
    const key = { continuation: continuationKey(spec), datasetSha256: base.datasetSha256 };
    const checkpoints: Uint8Array[] = [];
    const whole = await finish(trainPipeline(candidates, { ...base, spec, checkpointMs: 0 }), (event) => {
      if (event.type === 'checkpoint') checkpoints.push(event.bytes);
    });
    // those at the ends of epochs, once each: there may be others between, and the last is saved again at the end
    const ended = new Map(
      checkpoints.flatMap((bytes) => {
        const state = decodeCheckpoint(bytes, key);
        const { step, epoch } = state.position;
        return step === 4 * epoch ? [[epoch, { state, bytes }] as const] : [];
      }),
    );
    const states = [...ended.values()].map(({ state }) => state);
    const lowered = states.findIndex(({ position }) => position.reductions === 1);
    expect(lowered).toBeGreaterThan(0);
    const reductions = states.map(({ position }) => position.reductions ?? 0);
    const waits = states.map(({ position }) => position.waited);
    expect(reductions).toEqual(waits.map((_, i) => waits.slice(0, i + 1).filter((n) => n > 0).length));
    const moved = (i: number) => {
      const [before, after] = [states[i]!.tensors[0]!, states[i + 1]!.tensors[0]!];
      return Math.hypot(...after.map((w, at) => w - before[at]!));
    };
    expect(moved(lowered)).toBeLessThan(0.1 * moved(lowered - 1));
    const resumed = await finish(
      trainPipeline(candidates, { ...base, spec, checkpoint: [...ended.values()][lowered]!.bytes }),
    );
    expect(resumed.sha256).toBe(whole.sha256);
  });

  it('does the same with rows that reach the device in parts', async () => {
    const spec = cloudsSpec({ epochs: 5 });
    const whole = await finish(trainPipeline(candidates, { ...base, spec }));
    const inParts = await finish(trainPipeline(candidates, { ...base, spec, deviceBytes: 300 }));
    expect(weightsOf(inParts)).toEqual(weightsOf(whole));
  });

  it('refuses a checkpoint of another pipeline, another dataset, or with a flipped byte', async () => {
    const position = { epoch: 1, step: 4, bestLoss: 0.5, waited: 0 };
    const key = { continuation: 'b'.repeat(64), datasetSha256: 'a'.repeat(64) };
    const bytes = encodeCheckpoint({
      ...key,
      specHash: 'd'.repeat(64),
      executor: 'plain',
      position,
      tensors: [Float32Array.of(1, 2), Float32Array.of(3)],
    });
    expect(decodeCheckpoint(bytes, key).tensors).toEqual([Float32Array.of(1, 2), Float32Array.of(3)]);
    expect(() => decodeCheckpoint(bytes, { ...key, continuation: 'c'.repeat(64) })).toThrow(
      'another pipeline',
    );
    expect(() => decodeCheckpoint(bytes, { ...key, datasetSha256: 'c'.repeat(64) })).toThrow(
      'another dataset',
    );
    const flipped = bytes.slice();
    flipped[bytes.length >> 1]! ^= 1;
    expect(() => decodeCheckpoint(flipped, key)).toThrow('cannot go on from this checkpoint');
  });
});

describe('classWeightsOf', () => {
  const output = { task: 'classification', target: 'label', classes: ['a', 'b', 'c'] } as const;
  const training = cloudsSpec().training;
  const places = (...of: number[]) => ({ shape: [], data: Int32Array.from(of) });

  it('lets each class count alike', () => {
    const balanced = { training: { ...training, classWeights: 'balanced' as const } };
    // 8 rows: 8 / (3 · 1), 8 / (3 · 2), 8 / (3 · 5)
    expect(
      classWeightsOf(balanced, { ...output, classes: [...output.classes] }, places(0, 1, 1, 2, 2, 2, 2, 2)),
    ).toEqual(Float32Array.of(8 / 3, 4 / 3, 8 / 15));
    expect(
      classWeightsOf({ training }, { ...output, classes: [...output.classes] }, places(0, 1, 2)),
    ).toBeUndefined();
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
