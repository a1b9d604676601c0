import { expect, it } from 'vitest';
import { decodeGreedily } from './decode-greedily.ts';

/** Rows of one feature and three places; the model counts from the feature on, 3 … 6, and ends after 6. */
const counting = (sizes: number[]) => ({
  width: 4,
  atOnce: 2,
  async run(rows: Float32Array) {
    const count = rows.length / 4;
    sizes.push(count);
    const logits = new Float32Array(count * 7);
    for (let row = 0; row < count; row++) {
      const [feature, ...said] = rows.subarray(row * 4, row * 4 + 4);
      const last = said.filter((id) => id > 0).at(-1)!;
      const next = last === 2 ? feature! : last === 6 ? 2 : last + 1;
      logits[row * 7 + next] = Math.log(6); // 6 of 11, the five others 1 each
      logits[row * 7] = -Infinity; // of which padding has none
    }
    return logits;
  },
});

it('says the likeliest token until the mark, or until no place is left', async () => {
  const sizes: number[] = [];
  const options = { length: 3, tokens: 7, mark: 2, first: 3 };
  const texts = await decodeGreedily(counting(sizes), Float32Array.of(6, 3, 5), options);
  expect(texts.map(({ ids }) => ids)).toEqual([[6], [3, 4, 5], [5, 6]]);
  for (const { score } of texts) expect(score).toBeCloseTo(6 / 11, 6);
  // two rows, of which the first ends at the second pass; then the third row by itself
  expect(sizes).toEqual([2, 2, 1, 1, 1, 1]);
});
