/** The boxes that a grid's cells tell of, and of those that are the same the surest alone (non-maximum suppression). */
import { boxOverlap } from '../../evaluate/box-overlap.ts';
import { PRIOR, REACH_MOST, SIDES } from '../../model/losses/detection.ts';
import type { Box } from '../../schema/prediction.ts';

/** Boxes of one label that overlap more than this are taken for the same. */
const SAME = 0.5;
/** Of one label, before those that are the same are dropped. */
const CANDIDATES_MOST = 1000;
const BOXES_MOST = 100;

export interface FoundBox {
  /** Place of the label among the classes. */
  label: number;
  score: number;
  box: Box;
}

/** `cells`: row-major [height, width, classes + 4]. Boxes within the frame, 0 … 1, the surest first, 100 at most. */
export function decodeGrid(
  cells: Float32Array,
  [height, width]: readonly [number, number],
  classes: number,
  scoreLeast: number,
): FoundBox[] {
  const depth = classes + SIDES;
  const found: FoundBox[][] = Array.from({ length: classes }, () => []);
  for (let cell = 0; cell < height * width; cell++) {
    for (let label = 0; label < classes; label++) {
      const score = 1 / (1 + Math.exp(PRIOR - cells[cell * depth + label]!));
      if (score < scoreLeast) continue;
      const [left, top, right, bottom] = Array.from({ length: SIDES }, (_, side) =>
        Math.exp(Math.min(cells[cell * depth + classes + side]!, REACH_MOST)),
      ) as [number, number, number, number];
      const x = (cell % width) + 0.5;
      const y = Math.floor(cell / width) + 0.5;
      const box = [
        (x - left) / width,
        (y - top) / height,
        (x + right) / width,
        (y + bottom) / height,
      ] as const;
      found[label]!.push({ label, score, box });
    }
  }
  return found.flatMap(suppress).sort(bySureness).slice(0, BOXES_MOST);
}

/** Of boxes of one label. */
export function suppress(boxes: readonly FoundBox[]): FoundBox[] {
  const kept: FoundBox[] = [];
  for (const one of boxes.toSorted(bySureness).slice(0, CANDIDATES_MOST)) {
    if (kept.every(({ box }) => boxOverlap(box, one.box) <= SAME)) kept.push(one);
  }
  return kept;
}

const bySureness = (a: FoundBox, b: FoundBox): number => b.score - a.score;
