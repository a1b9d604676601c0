/**
 * Average precision of found boxes, as COCO counts it (Lin et al. 2014): a label's boxes, the surest first, each take the true box that
 * they overlap most and that no surer one took; precision is read off at 101 recalls, each the best that is still reached there.
 */
import type { Box } from '../schema/prediction.ts';
import { boxOverlap } from './box-overlap.ts';
import type { DetectionOutcome } from './metric.ts';

const RECALLS = 100;

/** Mean over the labels that there are true boxes of; null without any. */
export function meanAveragePrecision(
  { classes, found, truth }: DetectionOutcome,
  overlaps: readonly number[],
): number | null {
  const scores = classes.flatMap((label) => {
    const rows = truth.map((boxes, row) => ({
      truth: boxes.filter((one) => one.label === label).map(({ box }) => box),
      found: found[row]!.filter((one) => one.label === label),
    }));
    if (rows.every((row) => row.truth.length === 0)) return [];
    return overlaps.map((least) => averagePrecision(rows, least));
  });
  return scores.length > 0 ? scores.reduce((sum, score) => sum + score, 0) / scores.length : null;
}

interface LabelInPicture {
  truth: readonly Box[];
  found: readonly { score: number; box: Box }[];
}

function averagePrecision(pictures: readonly LabelInPicture[], least: number): number {
  const total = pictures.reduce((sum, { truth }) => sum + truth.length, 0);
  const taken = pictures.map(() => new Set<number>());
  const ranked = pictures
    .flatMap(({ found }, picture) => found.map((one) => ({ ...one, picture })))
    .sort((a, b) => b.score - a.score);
  let right = 0;
  const points = ranked.map(({ box, picture }, i) => {
    const place = bestOf(pictures[picture]!.truth, box, taken[picture]!, least);
    if (place >= 0) {
      taken[picture]!.add(place);
      right += 1;
    }
    return { recall: right / total, precision: right / (i + 1) };
  });
  for (let i = points.length - 2; i >= 0; i--) {
    points[i]!.precision = Math.max(points[i]!.precision, points[i + 1]!.precision);
  }
  let sum = 0;
  for (let recall = 0, at = 0; recall <= RECALLS; recall++) {
    while (at < points.length && points[at]!.recall < recall / RECALLS) at += 1;
    sum += points[at]?.precision ?? 0;
  }
  return sum / (RECALLS + 1);
}

/** The box that overlaps most, by `least` at least; −1: none. */
function bestOf(truth: readonly Box[], box: Box, taken: ReadonlySet<number>, least: number): number {
  let best = -1;
  let most = least;
  truth.forEach((one, place) => {
    const overlap = taken.has(place) ? -1 : boxOverlap(one, box);
    if (overlap < most) return;
    most = overlap;
    best = place;
  });
  return best;
}
