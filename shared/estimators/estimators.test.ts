/** Estimators held against values worked out by hand, exhaustive search, and one another's contracts. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { decodeArtifact, encodeArtifact } from '../artifact/artifact.ts';
import { PipelineSpec } from '../definition/pipeline-spec.ts';
import { createRandom } from '../graph/random.ts';
import { cloudsSpec, cloudsTable } from '../train/train-fixtures.ts';
import { trainPipeline } from '../train/train-pipeline.ts';
import type { Estimator, EstimatorShape, FitRows, FitStep, Learnt } from './estimator.ts';
import { estimatorOf } from './estimator-of.ts';
import { gradientBoosting } from './gradient-boosting.ts';
import { estimators } from './list.ts';
import { naiveBayes } from './naive-bayes.ts';
import { nearestNeighbours } from './nearest-neighbours.ts';
import { keepDense, readDense } from './neighbours/dense-rows.ts';
import { isSparse, keepSparse, readSparse } from './neighbours/sparse-rows.ts';
import { binRows } from './trees/bins.ts';
import { emptyForest, leafOf } from './trees/forest.ts';
import { growTree } from './trees/grow-tree.ts';

const rowsOf = (x: number[][], target: number[], task: EstimatorShape['task']): FitRows => ({
  count: x.length,
  width: x[0]!.length,
  x: Float32Array.from(x.flat()),
  target: task === 'regression' ? Float32Array.from(target) : Int32Array.from(target),
});

interface Fitted {
  learnt: Learnt;
  steps: FitStep[];
  predict(x: number[][]): number[];
}

function fit(
  type: string,
  params: object,
  train: FitRows,
  shape: EstimatorShape,
  validation = train,
): Fitted {
  const estimator = estimatorOf({ type } as never) as unknown as Estimator;
  const parsed = estimator.params(z).parse({ type, ...params });
  const fitting = estimator.fit(train, parsed, { ...shape, seed: 1, validation });
  const steps: FitStep[] = [];
  let next = fitting.next();
  for (; !next.done; next = fitting.next()) steps.push(next.value);
  const learnt = next.value;
  const predict = estimator.load(learnt, parsed, shape);
  return { learnt, steps, predict: (x) => [...predict(Float32Array.from(x.flat()), x.length)] };
}

const softmax = (logits: number[]): number[] => {
  const powers = logits.map((logit) => Math.exp(logit - Math.max(...logits)));
  return powers.map((power) => power / powers.reduce((sum, one) => sum + one, 0));
};

describe('bins', () => {
  it('give every value its own where they are few, cut half-way', () => {
    const { bins, edges } = binRows(Float32Array.of(3, 1, 1, 2, 7), 5, 1);
    expect([...edges[0]!]).toEqual([1.5, 2.5, 5]);
    expect([...bins]).toEqual([2, 0, 0, 1, 3]);
  });

  it('hold about as many rows each where values are many, and agree with their edges', () => {
    const random = createRandom(3);
    const x = Float32Array.from({ length: 5000 }, () => random() ** 4);
    const { bins, edges } = binRows(x, x.length, 1);
    const counts = new Map<number, number>();
    for (const bin of bins) counts.set(bin, (counts.get(bin) ?? 0) + 1);
    expect(counts.size).toBe(256);
    expect(Math.max(...counts.values())).toBeLessThan(40);
    x.forEach((value, row) => {
      const bin = bins[row]!;
      expect(bin === 0 || value > edges[0]![bin - 1]!).toBe(true);
      expect(bin === edges[0]!.length || value <= edges[0]![bin]!).toBe(true);
    });
  });

  it('cut between neighbours that no float32 lies between', () => {
    const low = 1;
    const high = Math.fround(1 + 2 ** -23);
    const { edges } = binRows(Float32Array.of(low, high), 2, 1);
    expect(edges[0]![0]).toBeGreaterThanOrEqual(low);
    expect(edges[0]![0]).toBeLessThan(high);
  });
});

it('a tree takes the split that an exhaustive search finds', () => {
  const random = createRandom(5);
  const [rows, width] = [60, 3];
  const x = Float32Array.from({ length: rows * width }, () => Math.floor(random() * 20));
  const g = Float64Array.from({ length: rows }, () => random() - 0.5);
  const forest = emptyForest();
  const options = { leavesMost: 2, depthMost: 9, rowsLeast: 5, l2: 0.5, featuresAtNode: width, random };
  const all = Uint32Array.from({ length: rows }, (_, row) => row);
  growTree(
    forest,
    binRows(x, rows, width),
    all,
    { g, w: new Float64Array(rows).fill(1), width: 1 },
    options,
    1,
  );

  const worth = (part: number[]) => part.reduce((sum, row) => sum + g[row]!, 0) ** 2 / (part.length + 0.5);
  let best = { gain: 0, feature: -1, threshold: 0 };
  for (let feature = 0; feature < width; feature++) {
    for (let threshold = 0.5; threshold < 19; threshold += 0.5) {
      const left: number[] = [];
      const right: number[] = [];
      for (const row of all) (x[row * width + feature]! <= threshold ? left : right).push(row);
      if (left.length < 5 || right.length < 5) continue;
      const gain = worth(left) + worth(right);
      if (gain > best.gain + 1e-12) best = { gain, feature, threshold };
    }
  }
  expect(forest.feature).toEqual([best.feature, -1, -1]);
  for (const row of all) {
    const isLeft = x[row * width + best.feature]! <= best.threshold;
    expect(leafOf(forest, 0, x, row * width)).toBe(isLeft ? 1 : 2);
  }
  const left = [...all].filter((row) => x[row * width + best.feature]! <= best.threshold);
  expect(forest.value[1]).toBeCloseTo(left.reduce((sum, row) => sum + g[row]!, 0) / (left.length + 0.5), 12);
});

describe('gradient boosting', () => {
  const regression: EstimatorShape = { task: 'regression', inputs: 1, outputs: 1 };

  it('learns a step in one round at learning rate 1', () => {
    const train = rowsOf([[0], [1], [2], [3]], [-1, -1, 1, 1], 'regression');
    const { predict, steps } = fit(
      'gradient-boosting',
      { rounds: 1, learningRate: 1, rowsInLeaf: 1, patience: null },
      train,
      regression,
    );
    expect(predict([[-5], [1.4], [1.6], [9]])).toEqual([-1, -1, 1, 1]);
    expect(steps).toEqual([{ done: 1, total: 1, losses: { train: 0, validation: 0 } }]);
  });

  it('begins with the classes as often as they are, and one tree tells two apart', () => {
    const train = rowsOf([[0], [0], [0], [0]], [1, 0, 0, 0], 'classification');
    const two: EstimatorShape = { task: 'classification', inputs: 1, outputs: 2 };
    const { predict, learnt } = fit('gradient-boosting', { rounds: 3 }, train, two);
    expect(softmax(predict([[0]]))[1]).toBeCloseTo(0.25, 6);
    expect(learnt.get('start')!.shape).toEqual([1]);
  });

  it('stops when the validation rows say so, and keeps the best rounds only', () => {
    const random = createRandom(9);
    const noise = Array.from({ length: 200 }, () => [random(), random()]);
    const target = noise.map(([a]) => (a! > 0.5 ? 1 : -1) + 3 * (random() - 0.5));
    const train = rowsOf(noise.slice(0, 100), target.slice(0, 100), 'regression');
    const validation = rowsOf(noise.slice(100), target.slice(100), 'regression');
    const shape: EstimatorShape = { task: 'regression', inputs: 2, outputs: 1 };
    const params = { rounds: 500, patience: 10, rowsInLeaf: 2 };
    const { steps, learnt } = fit('gradient-boosting', params, train, shape, validation);
    const losses = steps.map((step) => step.losses!.validation);
    const best = losses.indexOf(Math.min(...losses));
    expect(steps).toHaveLength(best + 11);
    expect(learnt.get('trees/root')!.shape).toEqual([best + 1]);
  });

  it('tells three classes apart that no line can', () => {
    const random = createRandom(4);
    const x = Array.from({ length: 300 }, () => [random() * 3, random()]);
    const target = x.map(([a]) => Math.floor(a!) % 3);
    const shape: EstimatorShape = { task: 'classification', inputs: 2, outputs: 3 };
    const { predict } = fit('gradient-boosting', { rounds: 20 }, rowsOf(x, target, 'classification'), shape);
    const found = [
      [0.5, 0],
      [1.5, 1],
      [2.5, 0],
    ].map((row) => {
      const logits = predict([row]);
      return logits.indexOf(Math.max(...logits));
    });
    expect(found).toEqual([0, 1, 2]);
  });
});

describe('nearest neighbours', () => {
  const shape: EstimatorShape = { task: 'classification', inputs: 2, outputs: 2 };
  const train = rowsOf(
    [
      [0, 0],
      [0, 1],
      [4, 0],
      [9, 9],
    ],
    [0, 0, 1, 1],
    'classification',
  );

  it('count the classes of the nearest', () => {
    const { predict } = fit('nearest-neighbours', { k: 3 }, train, shape);
    expect(softmax(predict([[0, 0.4]]))[0]).toBeCloseTo(2 / 3, 6);
  });

  it('weigh them by their distance', () => {
    const { predict } = fit('nearest-neighbours', { k: 2, weights: 'distance' }, train, shape);
    // 1 from the second row, 3 from the third: 1 to 1/3
    expect(softmax(predict([[1, 1]]))[0]).toBeGreaterThan(0.99);
    const regression = rowsOf([[0], [4]], [0, 8], 'regression');
    const one: EstimatorShape = { task: 'regression', inputs: 1, outputs: 1 };
    const { predict: value } = fit('nearest-neighbours', { k: 2, weights: 'distance' }, regression, one);
    expect(value([[1]])[0]).toBeCloseTo((0 * 1 + 8 / 3) / (1 + 1 / 3), 6);
  });

  it('look at the angle alone where they are told to', () => {
    const { predict } = fit('nearest-neighbours', { k: 1, metric: 'cosine' }, train, shape);
    expect(softmax(predict([[0, 100]]))[0]).toBeCloseTo(1, 5);
    expect(softmax(predict([[100, 90]]))[1]).toBeCloseTo(1, 5);
  });
});

describe('neighbours among rows that are zeros for the most part', () => {
  const width = 12;
  const sparse = fc
    .array(fc.array(fc.tuple(fc.nat(width - 1), fc.integer({ min: -4, max: 4 })), { maxLength: 2 }), {
      minLength: 1,
      maxLength: 30,
    })
    .map((rows) =>
      Float32Array.from(
        rows.flatMap((places) => {
          const row = new Array<number>(width).fill(0);
          for (const [place, value] of places) row[place] = value / 4;
          return row;
        }),
      ),
    );

  it('are those that are found when every number is kept', () => {
    fc.assert(
      fc.property(sparse, sparse, fc.integer({ min: 1, max: 5 }), (x, asked, k) => {
        const count = x.length / width;
        expect(isSparse(x)).toBe(true);
        const [few, all] = [
          readSparse(keepSparse(x, width), width, count),
          readDense(keepDense(x, width), width, count),
        ];
        const query = asked.subarray(0, width);
        // quarters: their squares and products are exact
        expect(few.nearestTo(query, k)).toEqual(all.nearestTo(query, k));
      }),
    );
  });

  it('are kept in few numbers', () => {
    const x = new Float32Array(1000 * width);
    for (let row = 0; row < 1000; row++) x[row * width + (row % 5)] = 1 + row;
    const { learnt, predict } = fit(
      'nearest-neighbours',
      { k: 1, metric: 'cosine' },
      { count: 1000, width, x, target: Int32Array.from({ length: 1000 }, (_, row) => row % 5) },
      { task: 'classification', inputs: width, outputs: 5 },
    );
    expect(learnt.has('rows')).toBe(false);
    expect([...learnt.values()].reduce((sum, { data }) => sum + data.length, 0)).toBe(width + 3 * 1000);
    const asked = new Array<number>(width).fill(0);
    asked[3] = 0.25;
    expect(softmax(predict([asked]))[3]).toBeCloseTo(1, 5);
  });

  it('are refused where they do not hold together', () => {
    const learnt = keepSparse(Float32Array.of(0, 1, 0, 0, 0, 0), 3);
    expect(() => readSparse(learnt, 3, 0)).toThrow('there is a number of row 0, and there are 0');
    learnt.set('counts', { shape: [3], data: Float32Array.of(0, 2, 0) });
    expect(() => readSparse(learnt, 3, 2)).toThrow('"places" is [1]; expected [2]');
  });
});

describe('ridge', () => {
  it('finds a line and a plane', () => {
    const shape: EstimatorShape = { task: 'regression', inputs: 2, outputs: 1 };
    const x = [
      [0, 1],
      [1, 0],
      [2, 5],
      [3, -2],
      [4, 4],
    ];
    const target = x.map(([a, b]) => 3 + 2 * a! - b!);
    const { learnt, predict } = fit('ridge', { l2: 1e-9 }, rowsOf(x, target, 'regression'), shape);
    expect([...learnt.get('kernel')!.data]).toEqual([expect.closeTo(2, 6), expect.closeTo(-1, 6)]);
    expect(predict([[10, 10]])[0]).toBeCloseTo(13, 5);
  });

  it('draws weights to 0, and the bias not', () => {
    const shape: EstimatorShape = { task: 'regression', inputs: 1, outputs: 1 };
    // centred: x −1, 0, 1 and y −2, 0, 2, so that w = 4 ÷ (2 + 2)
    const train = rowsOf([[4], [5], [6]], [8, 10, 12], 'regression');
    const { predict } = fit('ridge', { l2: 2 }, train, shape);
    expect(predict([[5], [6]])).toEqual([expect.closeTo(10, 5), expect.closeTo(11, 5)]);
  });

  it('copes with inputs that say the same', () => {
    const shape: EstimatorShape = { task: 'regression', inputs: 2, outputs: 1 };
    const train = rowsOf(
      [
        [1, 1],
        [2, 2],
        [3, 3],
      ],
      [1, 2, 3],
      'regression',
    );
    const { predict } = fit('ridge', { l2: 1e-6 }, train, shape);
    expect(predict([[4, 4]])[0]).toBeCloseTo(4, 3);
  });
});

it('naive Bayes counts', () => {
  const shape: EstimatorShape = { task: 'classification', inputs: 3, outputs: 2 };
  const train = rowsOf(
    [
      [2, 1, 0],
      [1, 0, 0],
      [0, 1, 3],
    ],
    [0, 0, 1],
    'classification',
  );
  const { predict } = fit('naive-bayes', { smoothing: 1 }, train, shape);
  // shares of class 0: 4/7, 2/7, 1/7; of class 1: 1/7, 2/7, 4/7
  const [a, b] = [(2 / 3) * (4 / 7) * (1 / 7), (1 / 3) * (1 / 7) * (4 / 7)];
  expect(softmax(predict([[1, 0, 1]]))[0]).toBeCloseTo(a / (a + b), 6);
  const negative = rowsOf(
    [
      [-1, 0, 0],
      [1, 0, 0],
    ],
    [0, 1],
    'classification',
  );
  expect(() => fit('naive-bayes', {}, negative, shape)).toThrow(/from 0 upwards, and input 0 .* is -1/);
});

/** A forest as it would come out of an artifact that somebody meddled with. */
it.each([
  ['trees/feature', [5, -1, -1], /node 0 asks for input 5 of 1/],
  ['trees/child', [2, 0, 0], /node 0 has the child 2 of 3 nodes/],
  ['trees/child', [0, 0, 0], /node 0 has the child 0 of 3 nodes/],
  ['trees/root', [3], /a tree begins at node 3 of 3/],
  ['start', [1, 2], /"start" is \[2\]; expected \[1\]/],
])('refuses trees with a wrong %s', (name, values, message) => {
  const train = rowsOf([[0], [1]], [-1, 1], 'regression');
  const shape: EstimatorShape = { task: 'regression', inputs: 1, outputs: 1 };
  const params = { rounds: 1, rowsInLeaf: 1, patience: null };
  const { learnt } = fit('gradient-boosting', params, train, shape);
  learnt.set(name, { shape: [values.length], data: Float32Array.from(values) });
  const parsed = gradientBoosting.params(z).parse({ type: 'gradient-boosting', ...params });
  expect(() => gradientBoosting.load(learnt, parsed, shape)).toThrow(message);
});

it('refuses neighbours of a class that there is not', () => {
  const shape: EstimatorShape = { task: 'classification', inputs: 1, outputs: 2 };
  const { learnt } = fit('nearest-neighbours', {}, rowsOf([[0], [1]], [0, 1], 'classification'), shape);
  learnt.set('target', { shape: [2], data: Float32Array.of(0, 2) });
  const params = nearestNeighbours.params(z).parse({ type: 'nearest-neighbours' });
  expect(() => nearestNeighbours.load(learnt, params, shape)).toThrow('row 1 has the class 2 of 2');
  expect(() => naiveBayes.load(learnt, naiveBayes.params(z).parse({ type: 'naive-bayes' }), shape)).toThrow(
    '"kernel" is missing; expected [2, 1]',
  );
});

describe.each(estimators.flatMap(({ type, tasks }) => tasks.map((task) => ({ type, task }))))(
  '$type for $task',
  ({ type, task }) => {
    const spec = PipelineSpec.parse({
      ...cloudsSpec(),
      kind: 'estimator',
      task,
      target: task === 'regression' ? 'size' : 'label',
      features: ['a', 'b'].map((column) => ({ column, steps: [{ type: 'minmax' }] })),
      model: { type },
      training: { seed: 3 },
    });
    const train = async () => {
      const training = trainPipeline([], { spec, table: cloudsTable(300), datasetSha256: '0'.repeat(64) });
      const events: string[] = [];
      let next = await training.next();
      for (; !next.done; next = await training.next()) events.push(next.value.type);
      return { ...next.value, events };
    };

    it('learns, the same each time, and is itself again out of its artifact', async () => {
      const [first, again] = [await train(), await train()];
      expect(again.sha256).toBe(first.sha256);
      expect(first.events).toContain('executor');
      if (task === 'regression') expect(first.metrics.test.r2).toBeGreaterThan(0.8);
      else if (task === 'classification') expect(first.metrics.test.accuracy).toBeGreaterThan(0.6);
      const artifact = decodeArtifact(first.artifact);
      expect(encodeArtifact(artifact).sha256).toBe(first.sha256);
    });
  },
);

it('an estimator is refused for a task that it is not for', () => {
  const { error } = PipelineSpec.safeParse({
    ...cloudsSpec(),
    kind: 'estimator',
    task: 'regression',
    target: 'size',
    model: { type: 'naive-bayes' },
    training: { seed: 1 },
  });
  expect(error!.issues).toMatchObject([
    { path: ['model', 'type'], message: 'Naive Bayes is for classification, not for regression' },
  ]);
});
