/** Real data that exported models are tried on. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { packZip } from '../../shared/data/pack-zip.ts';
import type { Table } from '../../shared/data/table.ts';
import type { NetworkPipeline } from '../../shared/definition/pipeline-spec.ts';
import { historyLengths } from '../../shared/pipeline/histories.ts';
import type { Source } from './exported.ts';

export const home = process.env.TRAINYARD_DATASETS;

const ROWS = 12;

type Change = Exclude<Source['change'], undefined>;
type Step = NetworkPipeline['features'][number]['steps'][number];

const at = (...path: string[]) => readFile(join(home!, ...path));

/** Every seventh row of a table, as JSON has it. */
const rowsOf = (target: string) => (table: Table) =>
  Array.from({ length: ROWS }, (_, i) => Object.fromEntries(cells(table, target, i * 7)));

function cells(table: Table, target: string, row: number): [string, unknown][] {
  return [...table.columns].flatMap(([name, column]): [string, unknown][] => {
    if (name === target || column.type === 'image' || column.type === 'audio') return [];
    const value = column.values[row]!;
    return [[name, typeof value === 'number' && Number.isNaN(value) ? null : value]];
  });
}

export async function ofTable(
  file: string,
  target: string,
  change: Change = {},
  options: Partial<Source> = {},
): Promise<Source> {
  return { bytes: await at(file), format: 'csv', target, change, rows: rowsOf(target), ...options };
}

/** A text's tokens through a model. */
export const ofTokens = (model: NetworkPipeline['model'], step: Step = TOKENS): Promise<Source> =>
  ofTable(
    'stock-sentiment/stock_sentiment.csv',
    'sentiment',
    { features: [{ column: 'text', steps: [step] }], model },
    {
      // an empty text is nothing but padding
      rows: (table) => [...rowsOf('sentiment')(table), { text: '' }],
    },
  );

export const TOKENS: Step = {
  ...{ type: 'tokens', analyzer: 'characters', length: 24, vocabulary: 200, minCount: 2 },
};

export async function ofChineseTexts(): Promise<Source> {
  const all = new TextDecoder().decode(gunzipSync(await at('zh-review-sentiment/reviews.tsv.gz')));
  const lines = all.split('\n').slice(0, 301);

  return {
    bytes: new TextEncoder().encode(`${lines.join('\n')}\n`),
    format: 'tsv',
    target: 'label',
    rows: rowsOf('label'),
    change: {
      model: [{ type: 'dense', units: 4, activation: 'relu' }],
      features: [{ column: 'text', steps: [{ type: 'subwords', length: 24, vocabulary: 500, minCount: 2 }] }],
    },
  };
}

/** Pictures of 28 by 28. */
export async function ofPictures(
  step: Pick<Step & { type: 'image' }, 'scale' | 'fit'>,
  model: NetworkPipeline['model'],
): Promise<Source> {
  const names = ['train-images-idx3-ubyte.gz', 'train-labels-idx1-ubyte.gz'];
  const files = await Promise.all(
    names.map(async (path) => ({ path, bytes: new Uint8Array(await at('mnist-subset', path)) })),
  );
  return {
    bytes: packZip(files),
    format: 'pictures',
    target: 'label',
    // another size than the pictures have
    change: {
      features: [
        { column: 'image', steps: [{ type: 'image', height: 20, width: 23, channels: 1, ...step }] },
      ],
      model,
    },
    rows({ columns }) {
      const images = columns.get('image') as Extract<ReturnType<typeof columns.get>, { type: 'image' }>;
      return images.values.slice(0, ROWS).map(({ width, height, data }) => ({
        image: Array.from({ length: height }, (_, y) => [...data.subarray(y * width, (y + 1) * width)]),
      }));
    },
  };
}

/** Spoken digits, 8000 samples a second. */
export async function ofSounds(step: Step, model: NetworkPipeline['model']): Promise<Source> {
  const folder = 'spoken-digits-subset';
  const names = (await readdir(join(home!, folder))).filter((name) => /^[0-9]_\w+_[01]\.wav$/.test(name));
  const files = await Promise.all(
    names.map(async (name) => ({
      path: `${name[0]}/${name}`,
      bytes: new Uint8Array(await at(folder, name)),
    })),
  );
  const one = (i: number) => Buffer.from(files[(i * 7) % files.length]!.bytes).toString('base64');
  return {
    bytes: packZip(files),
    format: 'sounds',
    target: 'label',
    change: { features: [{ column: 'audio', steps: [step] }], model },
    rows: () => Array.from({ length: ROWS }, (_, i) => ({ audio: one(i) })),
  };
}

/** Rows that look back on those before them. */
export async function ofSeries(change: Change, train = false): Promise<Source> {
  const file = 'classic-timeseries/air_passengers.csv';
  const length = 'template' in change ? 20 : Math.max(...historyLengths(change.features!).values());
  return ofTable(file, 'passengers', change, {
    train,
    rows(table) {
      const { values } = table.columns.get('passengers') as { values: Float64Array };
      const months = table.columns.get('month') as { values: string[] };
      return Array.from({ length: ROWS }, (_, i) => {
        const row = length + i * 9;
        return {
          month: months.values[row]!,
          passengers_history: [...values.subarray(row - length, row)],
        };
      });
    },
  });
}

/** Penguins by steps of every kind, with a made-up day on which each was seen. */
export async function ofSteps(): Promise<Source> {
  const lines = (await at('tabular-penguins/penguins.csv')).toString('utf8').trim().split('\n');
  const seen = (i: number) =>
    `2007-${String(1 + (i % 12)).padStart(2, '0')}-${String(1 + (i % 28)).padStart(2, '0')}T${10 + (i % 14)}:30`;
  const csv = lines.map((line, i) => `${line.trimEnd()},${i === 0 ? 'seen' : seen(i)}`).join('\n');
  const [number, category] = ['beak_length_mm', 'island'] as const;
  const fill = { type: 'impute', strategy: 'median' } as const;
  const of = (column: string, name: string, ...steps: Step[]) => ({ column, name, steps });
  return {
    bytes: new TextEncoder().encode(`${csv}\n`),
    format: 'csv',
    target: 'species',
    rows: rowsOf('species'),
    change: {
      features: [
        of(number, 'far', { type: 'impute', strategy: 'out-of-range' }, { type: 'minmax' }),
        of(number, 'missing', { type: 'missing' }),
        of(number, 'robust', fill, { type: 'robust' }),
        of(
          number,
          'log',
          fill,
          { type: 'clip', quantiles: [0.05, 0.95] },
          { type: 'log' },
          { type: 'standardise' },
        ),
        of(number, 'bins', fill, { type: 'bin', bins: 5, strategy: 'quantiles', output: 'onehot' }),
        of(number, 'bin', fill, { type: 'bin', bins: 5, strategy: 'width', output: 'place' }),
        of(number, 'rank', fill, { type: 'quantile', quantiles: 11 }),
        of(category, 'place', { type: 'ordinal' }),
        of(category, 'share', { type: 'frequency' }),
        of(category, 'bucket', { type: 'hash', buckets: 4, output: 'onehot' }),
        of('seen', 'seen', {
          type: 'date',
          parts: ['days', 'month', 'day', 'day-of-year', 'weekday', 'weekend', 'hour', 'minute'],
          cycles: ['month', 'day-of-year', 'weekday', 'hour'],
        }),
      ],
    },
  };
}
