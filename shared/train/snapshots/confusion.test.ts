import { expect, it } from 'vitest';
import { confusionMatrix } from '../../evaluate/confusion.ts';
import { bundled } from './confusion.ts';

/** Four classes; of each row the true one and the one that is said. */
const ROWS = [
  [0, 0],
  [0, 0],
  [0, 2],
  [1, 1],
  [2, 0],
  [2, 2],
  [2, 2],
  [2, 3],
  [3, 1],
] as const;
const matrix = confusionMatrix({
  task: 'classification',
  classes: 4,
  probabilities: Float32Array.from(
    ROWS.flatMap(([, said]) => [0, 1, 2, 3].map((place) => (place === said ? 0.7 : 0.1))),
  ),
  truth: Int32Array.from(ROWS, ([truth]) => truth),
});
const classes = ['a', 'b', 'c', 'd'];

it('counts rows by what they are and what they are said to be', () => {
  expect(bundled(matrix, classes)).toEqual({
    classes,
    bundled: 0,
    counts: [
      [2, 0, 1, 0],
      [0, 1, 0, 0],
      [1, 0, 2, 1],
      [0, 1, 0, 0],
    ],
  });
});

it('puts the smallest classes together, so that no row is lost', () => {
  // c has four rows and a three; b and d have one each
  expect(bundled(matrix, classes, 2)).toEqual({
    classes: ['a', 'c', '2 others'],
    bundled: 2,
    counts: [
      [2, 1, 0],
      [1, 2, 1],
      [0, 0, 2],
    ],
  });
});
