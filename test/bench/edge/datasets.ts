/** Small made-up datasets, of which a definition's features learn what they need to; enough that the server takes them. */
import { encodePng } from '../../../shared/data/encode-png.ts';
import { packZip } from '../../../shared/data/pack-zip.ts';
import { createRandom } from '../../../shared/graph/random.ts';
import type { DatasetFormat } from '../../../shared/schema/dataset.ts';
import type { BenchModel } from '../models/bench-model.ts';
import { exampleRows } from '../models/example-rows.ts';

export interface Dataset {
  bytes: Uint8Array<ArrayBuffer>;
  format: DatasetFormat;
  /** Content type. */
  type: string;
  target: string;
  features: { column: string; steps: { type: string; [parameter: string]: unknown }[] }[];
}

export const classNames = (classes: number): string[] => Array.from({ length: classes }, (_, i) => `c${i}`);
export const columnNames = (count: number): string[] => Array.from({ length: count }, (_, i) => `f${i + 1}`);

const table = { format: 'csv', type: 'text/csv', target: 'label' } as const;
const encode = (lines: readonly string[]) => new TextEncoder().encode(`${lines.join('\n')}\n`);

/** Columns of numbers; `steps` of each. */
export function numbers(
  model: BenchModel,
  rows: number,
  steps: Dataset['features'][number]['steps'],
): Dataset {
  const columns = columnNames(model.inputShape[0]!);
  const { x, y } = exampleRows(model, rows, 9);
  const lines = Array.from(y, (label, row) =>
    [...x.subarray(row * columns.length, (row + 1) * columns.length)]
      .map((value) => value.toFixed(3))
      .concat(`c${label}`)
      .join(),
  );
  const features = columns.map((column) => ({ column, steps }));
  return { ...table, bytes: encode([[...columns, 'label'].join(), ...lines]), features };
}

/** A column of texts, whose words are as many as the model's vocabulary less the two numbers that stand for no word. */
export function texts({ inputShape, vocabulary, classes }: BenchModel): Dataset {
  const words = vocabulary! - 2;
  const [length] = inputShape as [number];
  const rows = Math.ceil((4 * words) / length);
  const lines = Array.from({ length: rows }, (_, row) => {
    const text = Array.from({ length }, (_, i) => `w${(row * length + i) % words}`).join(' ');
    return `${text},c${row % classes}`;
  });
  const steps = [{ type: 'tokens', length, vocabulary: words, minCount: 1 }];
  return { ...table, bytes: encode(['text,label', ...lines]), features: [{ column: 'text', steps }] };
}

/** A zip of noise, some of each class. */
export function pictures({ inputShape, classes }: BenchModel, scale: 'zero-one' | 'minus-one-one'): Dataset {
  const [height, width, channels] = inputShape as [number, number, 1 | 3];
  const random = createRandom(3);
  const files = classNames(classes).flatMap((name) =>
    Array.from({ length: 6 }, (_, i) => {
      const data = Uint8Array.from({ length: height * width * channels }, () => Math.floor(256 * random()));
      return { path: `${name}/${i}.png`, bytes: encodePng({ width, height, channels, data }) };
    }),
  );
  return {
    ...{ bytes: packZip(files), format: 'pictures', type: 'application/zip', target: 'label' },
    features: [{ column: 'image', steps: [{ type: 'image', height, width, channels, scale }] }],
  };
}
