/** The trainings whose loop is measured, data and definition, made up from a seed so that a page can have them too. */
import type { ColumnData, Image, Table } from '../../../shared/data/table.ts';
import type { NetworkPipeline } from '../../../shared/definition/pipeline-spec.ts';
import { createRandom } from '../../../shared/graph/random.ts';

export interface LoopCase {
  spec: NetworkPipeline;
  table: Table;
}

export const CASES = { 'mlp-tabular': mlpTabular, cnn, text } as const;
export type CaseName = keyof typeof CASES;

const training = (epochs: number, batchSize: number): NetworkPipeline['training'] => ({
  epochs,
  batchSize,
  optimizer: { type: 'adam', learningRate: 1e-3 },
  seed: 1,
  earlyStopping: { patience: epochs },
});
const split = { validation: 0.1, test: 0.1 };

/** 20,000 rows of 30 numbers, two classes. */
function mlpTabular(): LoopCase {
  const [rows, width] = [20_000, 30];
  const random = createRandom(3);
  const labels = Array.from({ length: rows }, () => (random() < 0.5 ? 'a' : 'b'));
  const names = Array.from({ length: width }, (_, i) => `x${i}`);
  const columns = new Map<string, ColumnData>([['label', { type: 'category', values: labels }]]);
  for (const name of names) {
    const centre = random() - 0.5;
    const values = Float64Array.from(labels, (label) => (label === 'a' ? centre : -centre) + 3 * random());
    columns.set(name, { type: 'number', values });
  }
  return {
    table: { rows, columns },
    spec: {
      schemaVersion: 1,
      task: 'classification',
      target: 'label',
      features: names.map((column) => ({ column, steps: [{ type: 'standardise' }] })),
      model: [
        { type: 'dense', units: 64, activation: 'relu' },
        { type: 'dense', units: 32, activation: 'relu' },
      ],
      split,
      training: training(40, 64),
    },
  };
}

/** 4,000 pictures of 28 × 28, ten classes, flipped and shifted on the way. */
function cnn(): LoopCase {
  const rows = 4_000;
  const random = createRandom(4);
  const patterns = Array.from({ length: 10 }, () => Uint8Array.from({ length: 784 }, () => 128 * random()));
  const labels = Array.from({ length: rows }, () => Math.floor(random() * 10));
  const values = labels.map(
    (label): Image => ({
      ...{ width: 28, height: 28, channels: 1 },
      data: Uint8Array.from(patterns[label]!, (value) => value + 127 * random()),
    }),
  );
  const conv = (filters: number) =>
    ({ type: 'conv2d', filters, kernelSize: 3, stride: 1, padding: 'valid', activation: 'relu' }) as const;
  return {
    table: {
      rows,
      columns: new Map<string, ColumnData>([
        ['image', { type: 'image', values }],
        ['label', { type: 'category', values: labels.map((label) => `class ${label}`) }],
      ]),
    },
    spec: {
      schemaVersion: 1,
      task: 'classification',
      target: 'label',
      features: [
        {
          column: 'image',
          steps: [{ type: 'image', height: 28, width: 28, channels: 1, scale: 'zero-one', fit: 'stretch' }],
        },
      ],
      model: [
        { type: 'random-flip', mode: 'horizontal' },
        { type: 'random-translation', height: 0.1, width: 0.1 },
        conv(32),
        { type: 'max-pooling2d', size: 2 },
        conv(64),
        { type: 'max-pooling2d', size: 2 },
        { type: 'flatten' },
        { type: 'dense', units: 64, activation: 'relu' },
      ],
      split,
      training: training(4, 64),
    },
  };
}

/** 4,000 texts of 32 words out of 2,000, two classes. */
function text(): LoopCase {
  const rows = 4_000;
  const random = createRandom(5);
  const labels = Array.from({ length: rows }, () => (random() < 0.5 ? 'a' : 'b'));
  const word = (label: string) =>
    random() < 0.1 ? `${label}${Math.floor(8 * random())}` : `w${Math.floor(2000 * random())}`;
  const values = labels.map((label) => Array.from({ length: 32 }, () => word(label)).join(' '));
  return {
    table: {
      rows,
      columns: new Map<string, ColumnData>([
        ['text', { type: 'category', values }],
        ['label', { type: 'category', values: labels }],
      ]),
    },
    spec: {
      schemaVersion: 1,
      task: 'classification',
      target: 'label',
      features: [
        {
          column: 'text',
          steps: [{ type: 'tokens', analyzer: 'words', length: 32, vocabulary: 2000, minCount: 2 }],
        },
      ],
      model: [
        { type: 'embedding', count: 2100, size: 32 },
        { type: 'gru', units: 32, sequence: false },
      ],
      split,
      training: training(6, 32),
    },
  };
}
