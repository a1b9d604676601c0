/** Profiles a zip of examples from their headers: the pictures' common size or the sounds' rates and lengths, and the counts of labels or boxes. */
import { type ColumnProfile, type DatasetProfile, DISTINCT_LIMIT } from '../schema/dataset.ts';
import { topOf } from './column-profiler.ts';
import type { ImageSize } from './decode-image.ts';
import type { SoundSize } from './decode-wav.ts';
import type { LabelledBox } from './table.ts';
import type { Example } from './zip-reader.ts';

const BARE = { missing: 0, distinctCapped: false, min: null, max: null, mean: null, image: null } as const;

export function createZipProfiler(): {
  example(example: Example): void;
  finish(boxes: ReadonlyMap<string, LabelledBox[]> | null): DatasetProfile;
} {
  const labels = new Map<string, number>();
  const pictures = createPictureSummary();
  const sounds = createSoundSummary();
  let rows = 0;
  let type: Example['type'] = 'picture';
  return {
    example(example) {
      if (example.type === 'picture') pictures.add(example.size);
      else sounds.add(example.size);
      type = example.type;
      rows += 1;
      if (example.label !== null) count(labels, example.label);
    },
    finish(boxes) {
      // examples are not compared: each counts as its own value
      const distinct = Math.min(rows, DISTINCT_LIMIT);
      const values = { ...BARE, distinct, distinctCapped: rows > distinct, top: [] };
      const columns: ColumnProfile[] = [
        type === 'picture'
          ? { ...values, name: 'image', type: 'image', image: pictures.common() }
          : { ...values, name: 'audio', type: 'audio', audio: sounds.summary() },
        boxes
          ? profileOfBoxes([...boxes.values()], rows)
          : { ...BARE, name: 'label', type: 'category', distinct: labels.size, top: topOf(labels) },
      ];
      return { rows, columns, preview: [] };
    },
  };
}

const count = (counts: Map<string, number>, key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);

/** Pictures that no file tells of have no boxes. */
function profileOfBoxes(annotated: readonly LabelledBox[][], rows: number): ColumnProfile {
  const labels = new Map<string, number>();
  for (const { label } of annotated.flat()) count(labels, label);
  const counts = annotated.map(({ length }) => length);
  const sum = counts.reduce((sum, boxes) => sum + boxes, 0);
  const least = annotated.length < rows ? 0 : Infinity;
  return {
    ...{ ...BARE, name: 'boxes', type: 'boxes', distinct: labels.size, top: topOf(labels) },
    min: counts.reduce((min, boxes) => Math.min(min, boxes), least),
    max: counts.reduce((max, boxes) => Math.max(max, boxes), 0),
    mean: sum / rows,
  };
}

function createPictureSummary(): { add(size: ImageSize): void; common(): ImageSize | null } {
  let common: ImageSize | null | undefined;
  return {
    add(size) {
      if (common === undefined) common = size;
      const { width, height, channels } = size;
      if (common?.width !== width || common.height !== height || common.channels !== channels) common = null;
    },
    common: () => common ?? null,
  };
}

function createSoundSummary() {
  const rates = new Map<number, number>();
  const seconds: number[] = [];
  return {
    add({ rate, length }: SoundSize): void {
      rates.set(rate, (rates.get(rate) ?? 0) + 1);
      seconds.push(length / rate);
    },
    summary() {
      const sorted = seconds.sort((a, b) => a - b);
      const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))]!;
      const [most] = [...rates].sort(([, a], [, b]) => b - a);
      return { rate: most![0], seconds: { min: at(0), median: at(0.5), most: at(0.95), max: at(1) } };
    },
  };
}
