/** Trainings that are stopped or finished at a step of one's choosing, in the midst of an epoch too, and gone on with. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeArtifact } from '../artifact/artifact.ts';
import type { ColumnData, Image, Table } from '../data/table.ts';
import { continuationKey } from '../definition/canonical.ts';
import type { NetworkPipeline } from '../definition/pipeline-spec.ts';
import { plainCandidate } from '../executors/plain/plain-candidate.ts';
import { ModelSpec } from '../model/model-spec.ts';
import type { MetricPoint } from '../schema/metric.ts';
import { decodeCheckpoint } from './checkpoint.ts';
import type { TrainResult } from './events.ts';
import { cloudsSpec, cloudsTable } from './train-fixtures.ts';
import type { Wishes } from './train-options.ts';
import { trainPipeline } from './train-pipeline.ts';

const datasetSha256 = 'a'.repeat(64);
/** 54 of the rows are trained on, in batches of 16. */
const STEPS_PER_EPOCH = 4;

// a clock so fast that a report, and a look at the wishes, is due after every step
const now = performance.now;
beforeAll(() => {
  performance.now = () => 10_000 * now.call(performance);
});
afterAll(() => {
  performance.now = now;
});

interface Told {
  points: MetricPoint[];
  checkpoint: Uint8Array | null;
  /** Null where it was stopped. */
  result: TrainResult | null;
}

interface Order {
  spec: NetworkPipeline;
  table?: Table;
  checkpoint?: Uint8Array | null;
}

/** `wish` is made once so many steps are done. */
async function train(order: Order, wish?: { name: keyof Wishes; at: number }): Promise<Told> {
  const { spec, table = cloudsTable(), checkpoint } = order;
  const wishes: Wishes = wish?.at === 0 ? { [wish.name]: true } : {};
  const options = { spec, table, datasetSha256, wishes, ...(checkpoint && { checkpoint }) };
  const training = trainPipeline([plainCandidate('test')], options);
  const told: Told = { points: [], checkpoint: null, result: null };
  for (;;) {
    const { done, value } = await training.next();
    if (done) return { ...told, result: value };
    if (value.type === 'metrics') told.points.push(...value.points);
    else if (value.type === 'checkpoint') told.checkpoint = value.bytes;
    else if (value.type === 'progress') {
      const { phase, step } = value.progress;
      if (wish && phase === 'training' && step >= wish.at) wishes[wish.name] = true;
    } else if (value.type === 'stopped') {
      await training.return(undefined as never);
      return told;
    }
  }
}

const positionOf = (spec: NetworkPipeline, { checkpoint }: Told) =>
  decodeCheckpoint(checkpoint!, { continuation: continuationKey(spec), datasetSha256 }).position;
const weightsOf = ({ result }: Told) =>
  [...decodeArtifact(result!.artifact).parameters.values()].flatMap(({ data }) => [...data]);

/** In order, without the rows a second, of which each attempt has its own. */
function curve(...parts: Told[]): MetricPoint[] {
  const key = ({ split, name, step }: MetricPoint) => `${split} ${name} ${String(step).padStart(6, '0')}`;
  return parts
    .flatMap(({ points }) => points)
    .filter(({ name }) => name !== 'throughput')
    .sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

function expectSame(given: readonly number[], expected: readonly number[]): void {
  expect(given.length).toBe(expected.length);
  expect(Math.max(...given.map((value, i) => Math.abs(value - expected[i]!)))).toBeLessThanOrEqual(1e-6);
}

const { training } = cloudsSpec();
const spec = (change: Partial<NetworkPipeline['training']>, model = cloudsSpec().model) =>
  cloudsSpec({ model, training: { ...training, epochs: 8, earlyStopping: null, ...change } });
const sgd = { type: 'sgd', learningRate: 0.1, momentum: 0.9 } as const;

const CASES: [what: string, order: Order][] = [
  // 480 steps: a point of the curves for every two
  ['half a point of the curves', { spec: spec({ epochs: 120 }, []) }],
  ['dropout and a shuffled epoch', { spec: spec({}) }],
  ['the velocities of momentum', { spec: spec({ optimizer: { ...sgd, nesterov: true } }) }],
  ['gradients that are half put together', { spec: spec({ accumulate: 3, optimizer: sgd }) }],
  [
    // so fast that it overshoots: it waits, and ends before its epochs are over
    'the best weights and the patience of early stopping',
    { spec: spec({ earlyStopping: { patience: 3 }, optimizer: { ...sgd, learningRate: 3 } }) },
  ],
  [
    'a schedule and a plateau',
    {
      spec: spec({
        schedule: { type: 'cosine', warmupSteps: 8, floor: 0 },
        reduceOnPlateau: { patience: 1, factor: 0.5 },
        optimizer: { ...sgd, learningRate: 3 },
      }),
    },
  ],
  ['augmented pictures', pictures()],
];

describe('wishes.stop', () => {
  it.each(CASES)('saves, and what goes on from there is what would have been: %s', async (_, order) => {
    const whole = await train(order);
    const { steps } = whole.result!;
    expect(steps).toBeGreaterThan(2 * STEPS_PER_EPOCH);
    // early in an epoch, late in one, and late in the whole
    for (const at of [STEPS_PER_EPOCH + 1, 2 * STEPS_PER_EPOCH - 1, steps - 2]) {
      const stopped = await train(order, { name: 'stop', at });
      expect(stopped.result).toBeNull();
      expect(positionOf(order.spec, stopped)).toMatchObject({ step: at, epoch: Math.floor(at / 4) });
      const rest = await train({ ...order, checkpoint: stopped.checkpoint });
      expectSame(weightsOf(rest), weightsOf(whole));
      expect(rest.result!.metrics).toEqual(whole.result!.metrics);
      const place = ({ value: _, ...where }: MetricPoint) => where;
      expect(curve(stopped, rest).map(place)).toEqual(curve(whole).map(place));
      const values = (points: MetricPoint[]) => points.map(({ value }) => value);
      expectSame(values(curve(stopped, rest)), values(curve(whole)));
    }
  });
});

describe('wishes.finish', () => {
  it('ends at that step, measures, and leaves a model and a checkpoint to go on from', async () => {
    const order = { spec: spec({}) };
    const at = STEPS_PER_EPOCH + 2;
    const early = await train(order, { name: 'finish', at });
    expect(early.result).toMatchObject({ steps: at, epochs: 1 });
    expect(Object.keys(early.result!.metrics.test)).toContain('accuracy');
    const measured = early.points.filter(({ split, name }) => split === 'validation' && name === 'loss');
    expect(measured.map(({ step, epoch }) => [step, epoch])).toEqual([
      [STEPS_PER_EPOCH, 1],
      [at, 1.5],
    ]);
    // the weights are those that so many steps give
    const stopped = await train(order, { name: 'stop', at });
    const state = ({ checkpoint }: Told) =>
      decodeCheckpoint(checkpoint!, { continuation: continuationKey(order.spec), datasetSha256 }).tensors;
    expect(state(early)).toEqual(state(stopped));

    const rest = await train({ ...order, checkpoint: early.checkpoint });
    expectSame(weightsOf(rest), weightsOf(await train(order)));
  });

  it('keeps the best weights where early stopping does', async () => {
    const order = { spec: spec({ earlyStopping: { patience: 5 }, optimizer: { ...sgd, learningRate: 3 } }) };
    const early = await train(order, { name: 'finish', at: 4 * STEPS_PER_EPOCH });
    const losses = early.points.filter(({ split, name }) => split === 'validation' && name === 'loss');
    const best = Math.min(...losses.map(({ value }) => value));
    const bestStep = losses.find(({ value }) => value === best)!.step;
    expect(losses.at(-1)!.value).toBeGreaterThan(best);
    expect(positionOf(order.spec, early).bestLoss).toBe(best);
    // of all that was measured on the way, the model has what was measured with the best weights
    const accuracies = early.points.filter(
      ({ split, name, step }) => split === 'validation' && name === 'accuracy' && step === bestStep,
    );
    expect(early.result!.metrics.validation.accuracy).toBe(accuracies[0]!.value);
  });

  it('of what has not begun keeps the model as it began', async () => {
    const none = await train({ spec: spec({}) }, { name: 'finish', at: 0 });
    expect(none.result).toMatchObject({ steps: 0, epochs: 0 });
    expect(none.points.map(({ name, step }) => [name, step])).toContainEqual(['accuracy', 0]);
  });
});

/** Rows whose label is the brighter half, which a vertical flip leaves as it is. */
function pictures(): Order {
  const rows = 90;
  const left = (row: number) => row % 2 === 0;
  const pixel = (row: number, i: number) => (i % 4 < 2 === left(row) ? 180 : 60) + ((row * 7 + i * 3) % 41);
  const each = <T>(value: (row: number) => T) => Array.from({ length: rows }, (_, row) => value(row));
  const image = (row: number): Image => ({
    ...{ width: 4, height: 4, channels: 1 },
    data: Uint8Array.from({ length: 16 }, (_, i) => pixel(row, i)),
  });
  const columns = new Map<string, ColumnData>([
    ['picture', { type: 'image', values: each(image) }],
    ['label', { type: 'category', values: each((row) => (left(row) ? 'left' : 'right')) }],
  ]);
  const model = ModelSpec.parse([
    { type: 'random-flip', mode: 'vertical' },
    { type: 'random-translation', height: 0.2, width: 0.2 },
    { type: 'conv2d', filters: 2, kernelSize: 2 },
    { type: 'flatten' },
    { type: 'dropout', rate: 0.2 },
  ]);
  const step = { type: 'image', height: 4, width: 4, channels: 1, scale: 'minus-one-one' } as const;
  const features = [{ column: 'picture', steps: [{ ...step, fit: 'stretch' as const }] }];
  return { table: { rows, columns }, spec: { ...spec({}, model), features } };
}
