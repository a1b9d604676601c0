/** How far two boxes are the same: intersection over union, 0 … 1. */
import type { Box } from '../schema/prediction.ts';

export function boxOverlap(a: Box, b: Box): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (areaOf(a) + areaOf(b) - shared);
}

const areaOf = ([left, top, right, bottom]: Box): number => (right - left) * (bottom - top);
