/**
 * Boxes as the numbers of a grid's cells (see the loss `detection`): a label's score falls off from its box's centre as a bell (Zhou et
 * al. 2019, CenterNet), and cells near the centre learn where the sides are.
 */
import { SIDES, TARGET_EXTRAS } from '../../model/losses/detection.ts';
import type { Box } from '../../schema/prediction.ts';

/** Standard deviation of the bell, as a share of the box's sides. */
const SPREAD = 0.2;
/** Cells with this score and more learn the sides. */
const NEAR = 0.3;
/** Less than this is none. */
const LEAST = 0.01;
/** Cells; a side cannot lie on the other side of the cell's centre. */
const SIDE_LEAST = 0.01;

export interface GridBox {
  /** Place of the label among the classes. */
  label: number;
  /** Within the frame, 0 … 1. */
  box: Box;
}

/** Fills `out`, zeros at first: row-major [height, width, classes + 5]. A box whose centre lies outside is left out. */
export function encodeGrid(
  boxes: readonly GridBox[],
  [height, width]: readonly [number, number],
  classes: number,
  out: Float32Array,
): void {
  const depth = classes + TARGET_EXTRAS;
  const sizes = [width, height, width, height];
  // the largest first: of boxes that are as near to a cell, it learns the sides of the smallest
  const bySize = boxes
    .map(({ label, box }) => ({ label, sides: box.map((value, i) => value * sizes[i]!) as [...Box] }))
    .sort((a, b) => areaOf(b.sides) - areaOf(a.sides));
  for (const { label, sides } of bySize) {
    const [left, top, right, bottom] = sides;
    const [x, y] = [(left + right) / 2, (top + bottom) / 2];
    if (!(x >= 0 && x < width && y >= 0 && y < height)) continue;
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        const isCentre = row === Math.floor(y) && column === Math.floor(x);
        const across = (column + 0.5 - x) / (SPREAD * (right - left));
        const down = (row + 0.5 - y) / (SPREAD * (bottom - top));
        const score = isCentre ? 1 : Math.exp(-(across ** 2 + down ** 2) / 2);
        if (score < LEAST) continue;
        const cell = (row * width + column) * depth;
        out[cell + label] = Math.max(out[cell + label]!, score);
        const weight = cell + classes + SIDES;
        if (score < NEAR || score < out[weight]!) continue;
        out[weight] = score;
        const distances = [column + 0.5 - left, row + 0.5 - top, right - column - 0.5, bottom - row - 0.5];
        out.set(
          distances.map((distance) => Math.max(distance, SIDE_LEAST)),
          cell + classes,
        );
      }
    }
  }
}

const areaOf = ([left, top, right, bottom]: Box): number => (right - left) * (bottom - top);
