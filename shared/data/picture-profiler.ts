/** Profiles a `pictures` dataset from the pictures' headers: their common size and the labels' counts. */
import { type ColumnProfile, type DatasetProfile, DISTINCT_LIMIT } from '../schema/dataset.ts';
import { topOf } from './column-profiler.ts';
import type { ImageSize } from './decode-image.ts';
import type { Picture } from './pictures.ts';

const BARE = { missing: 0, distinctCapped: false, min: null, max: null, mean: null } as const;

export function createPictureProfiler(): { picture(picture: Picture): void; finish(): DatasetProfile } {
  const labels = new Map<string, number>();
  let rows = 0;
  let common: ImageSize | null = null;
  return {
    picture({ label, size }) {
      if (rows === 0) common = size;
      if (
        common?.width !== size.width ||
        common.height !== size.height ||
        common.channels !== size.channels
      ) {
        common = null;
      }
      rows += 1;
      labels.set(label, (labels.get(label) ?? 0) + 1);
    },
    finish() {
      // pictures are not compared: each counts as its own value
      const distinct = Math.min(rows, DISTINCT_LIMIT);
      const columns: ColumnProfile[] = [
        {
          ...BARE,
          name: 'image',
          type: 'image',
          distinct,
          distinctCapped: rows > distinct,
          top: [],
          image: common,
        },
        { ...BARE, name: 'label', type: 'category', distinct: labels.size, top: topOf(labels), image: null },
      ];
      return { rows, columns, preview: [] };
    },
  };
}
