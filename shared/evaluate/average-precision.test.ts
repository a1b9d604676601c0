/**
 * Average precision: one case by hand, and a random one against pycocotools 2.0.11, whose answers (with k ÷ 100 as its 101 recalls) are
 * written down here.
 */
import { expect, it } from 'vitest';
import { createRandom } from '../graph/random.ts';
import type { Box } from '../schema/prediction.ts';
import { boxOverlap } from './box-overlap.ts';
import { evaluate } from './evaluate.ts';
import type { DetectionOutcome } from './metric.ts';

const at = (x: number): Box => [x, 0, x + 10, 10];
const found = (x: number, score: number, label = 'a') => ({ label, score, box: at(x) });
const outcomeOf = (part: Partial<DetectionOutcome>): DetectionOutcome => ({
  ...{ task: 'object-detection', classes: ['a', 'b'], found: [], truth: [] },
  ...part,
});

it('overlaps, by hand', () => {
  expect(boxOverlap([0, 0, 2, 2], [1, 1, 3, 3])).toBeCloseTo(1 / 7, 12);
  expect(boxOverlap([0, 0, 2, 2], [2, 0, 4, 2])).toBe(0);
  expect(boxOverlap([0, 0, 2, 2], [0, 0, 2, 2])).toBe(1);
});

it('one label, by hand', () => {
  // by sureness: right, a second time the same box (wrong), right in the other picture, nothing there (wrong); one box is not found
  const outcome = outcomeOf({
    truth: [
      [{ label: 'a', box: at(0) }],
      [
        { label: 'a', box: at(0) },
        { label: 'a', box: at(50) },
      ],
    ],
    found: [
      [found(1, 0.9), found(0, 0.8)],
      [found(2, 0.7), found(90, 0.6)],
    ],
  });
  // precision 1 up to a recall of ⅓ (0, 0.01 … 0.33), ⅔ up to ⅔ (0.34 … 0.66), and 0
  expect(evaluate(outcome).map).toBeCloseTo((34 + 33 * (2 / 3)) / 101, 12);
  // shifted by 1 of 10: 9 of 11 overlap, so that it is right up to 0.8; by 2: 8 of 12, up to 0.65
  expect(evaluate(outcome).map50_95).toBeLessThan(evaluate(outcome).map!);
  expect(evaluate(outcomeOf({ truth: [[]], found: [[found(0, 0.9)]] }))).toEqual({});
});

/** Boxes near the true ones, and some anywhere. */
function randomCase(): DetectionOutcome {
  const random = createRandom(11);
  const boxAt = (x: number, y: number, width: number, height: number): Box => [x, y, x + width, y + height];
  const pictures = Array.from({ length: 8 }, () => {
    const truth = Array.from({ length: 1 + Math.floor(random() * 6) }, () => ({
      label: random() < 0.6 ? 'a' : 'b',
      box: boxAt(random() * 80, random() * 80, 5 + random() * 20, 5 + random() * 20),
    }));
    const near = truth.flatMap(({ label, box: [l, t, r, b] }) =>
      random() < 0.15
        ? []
        : [
            {
              label: random() < 0.9 ? label : 'b',
              score: 0.3 + 0.7 * random(),
              box: boxAt(l + 4 * random() - 2, t + 4 * random() - 2, r - l, (b - t) * (0.8 + 0.4 * random())),
            },
          ],
    );
    const elsewhere = Array.from({ length: 3 }, () => ({
      label: random() < 0.5 ? 'a' : 'b',
      score: 0.6 * random(),
      box: boxAt(random() * 80, random() * 80, 5 + random() * 20, 5 + random() * 20),
    }));
    return { truth, found: [...near, ...elsewhere] };
  });
  return outcomeOf({
    truth: pictures.map((one) => one.truth),
    found: pictures.map((one) => one.found),
  });
}

it('many, as pycocotools counts them', () => {
  const metrics = evaluate(randomCase());
  expect(metrics.map).toBeCloseTo(0.6726386924406726, 12);
  expect(metrics.map50_95).toBeCloseTo(0.26012887002986007, 12);
});
