/** Boxes to the cells of a grid and back, and the frame that the model sees: by hand. */
import { describe, expect, it } from 'vitest';
import { PRIOR } from '../../model/losses/detection.ts';
import type { Box } from '../../schema/prediction.ts';
import { decodeGrid, suppress } from './decode-grid.ts';
import { encodeGrid } from './encode-grid.ts';
import { frameOf } from './frame.ts';

const close = (box: readonly number[], expected: readonly number[]) => {
  expect(box).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) expect(box[i]).toBeCloseTo(value, 5);
};

describe('the frame', () => {
  const picture = { width: 200, height: 100 };
  it('is the whole picture where that is stretched', () => {
    const { into, back } = frameOf(picture, { width: 32, height: 32 });
    close(into([50, 25, 100, 100]), [0.25, 0.25, 0.5, 1]);
    close(back([0.25, 0.25, 0.5, 1]), [50, 25, 100, 100]);
  });
  it('is the middle where that is cropped, and what stands out of the picture is cut off', () => {
    // 100 × 100, from x = 50 on
    const { into, back } = frameOf(picture, { width: 32, height: 32, fit: 'crop' });
    close(into([50, 0, 150, 50]), [0, 0, 1, 0.5]);
    close(into([0, 0, 200, 100]), [-0.5, 0, 1.5, 1]);
    close(back([0.5, 0.1, 2, 1.1]), [100, 10, 200, 100]);
    close(back([-1, -1, 0.5, 0.5]), [0, 0, 100, 50]);
  });
});

/** [classes + 5] of one cell. */
const cellOf = (out: Float32Array, depth: number, cell: number) => [
  ...out.subarray(cell * depth, (cell + 1) * depth),
];

describe('encodeGrid', () => {
  it('scores fall off as a bell, and near cells learn the sides', () => {
    const out = new Float32Array(4 * 4 * 7);
    // columns 0 to 3, rows 1 to 3: 3 × 2 cells around (1.5, 2)
    encodeGrid([{ label: 1, box: [0, 0.25, 0.75, 0.75] }], [4, 4], 2, out);
    // the cell that holds the centre, at (1.5, 2.5)
    close(cellOf(out, 7, 2 * 4 + 1), [0, 1, 1.5, 1.5, 1.5, 0.5, 1]);
    // the one above lies ½ of a cell off, of 0.2 · 2: e^−0.78125
    const above = Math.exp(-((0.5 / 0.4) ** 2) / 2);
    close(cellOf(out, 7, 1 * 4 + 1), [0, above, 1.5, 0.5, 1.5, 1.5, above]);
    // beside it 1 of 0.2 · 3, and ½ down: scores, but learns no sides
    const beside = Math.exp(-((1 / 0.6) ** 2 + (0.5 / 0.4) ** 2) / 2);
    expect(beside).toBeLessThan(0.3);
    close(cellOf(out, 7, 1 * 4), [0, beside, 0, 0, 0, 0, 0]);
    close(cellOf(out, 7, 3), [0, 0, 0, 0, 0, 0, 0]);
  });

  it('of two centres in a cell it learns the sides of the smaller; what lies outside the frame is left out', () => {
    const out = new Float32Array(2 * 2 * 7);
    const boxes = [
      { label: 0, box: [0.1, 0.1, 0.4, 0.4] as const },
      { label: 1, box: [0, 0, 0.48, 0.48] as const },
      { label: 1, box: [0.9, 0.9, 1.3, 1.3] as const },
    ];
    encodeGrid(boxes, [2, 2], 2, out);
    close(cellOf(out, 7, 0), [1, 1, 0.3, 0.3, 0.3, 0.3, 1]);
    close(cellOf(out, 7, 3), [0, 0, 0, 0, 0, 0, 0]);
  });
});

describe('decodeGrid', () => {
  const logit = (score: number) => Math.log(score / (1 - score)) + PRIOR;

  it('gives back what was encoded, once', () => {
    const box: Box = [0.1, 0.3, 0.7, 0.9];
    const target = new Float32Array(8 * 8 * 7);
    encodeGrid([{ label: 1, box }], [8, 8], 2, target);
    const cells = new Float32Array(8 * 8 * 6);
    for (let cell = 0; cell < 64; cell++) {
      for (let i = 0; i < 2; i++)
        cells[cell * 6 + i] = logit(Math.min(Math.max(target[cell * 7 + i]!, 1e-6), 0.99));
      for (let i = 2; i < 6; i++) cells[cell * 6 + i] = Math.log(target[cell * 7 + i]! || 1);
    }
    const found = decodeGrid(cells, [8, 8], 2, 0.4);
    expect(found).toHaveLength(1);
    expect(found[0]!.label).toBe(1);
    expect(found[0]!.score).toBeCloseTo(0.99, 5);
    close(found[0]!.box, box);
  });

  it('tells only of what is sure enough', () => {
    const cells = Float32Array.of(logit(0.5), 0, 0, 0, 0, logit(0.2), 0, 0, 0, 0);
    const [first, ...more] = decodeGrid(cells, [1, 2], 1, 0.3);
    expect(more).toEqual([]);
    expect(first!.score).toBeCloseTo(0.5, 6);
    close(first!.box, [-0.25, -0.5, 0.75, 1.5]);
  });

  it('of boxes that overlap by more than half the surest stays, whatever order they come in', () => {
    const one = (score: number, box: Box) => ({ label: 0, score, box });
    const [best, same, half, far] = [
      one(0.9, [0, 0, 4, 4]),
      one(0.8, [0, 0, 4, 3]), // 12 of 16
      one(0.7, [0, 0, 4, 2]), // 8 of 16: not more than half
      one(0.6, [9, 9, 12, 12]),
    ];
    expect(suppress([far, half, same, best])).toEqual([best, half, far]);
  });
});
