/** What is seen of the x axis: zooming and moving within the whole. */
export type Range = readonly [min: number, max: number];

/** The deepest zoom: this share of the whole. */
const LEAST_SHARE = 1e-5;

/** `range` made `factor` times as wide, with `centre` where it was; null when all is seen. */
export function zoomed(range: Range, whole: Range, factor: number, centre = middleOf(range)): Range | null {
  const [min, max] = range;
  const full = whole[1] - whole[0];
  const width = Math.max((max - min) * factor, full * LEAST_SHARE);
  if (!(full > 0) || width >= full) return null;
  const place = max > min ? (centre - min) / (max - min) : 0.5;
  return within(centre - place * width, width, whole);
}

/** Moved by a share of its own width; null when all is seen. */
export function moved([min, max]: Range, whole: Range, share: number): Range | null {
  if (max - min >= whole[1] - whole[0]) return null;
  return within(min + share * (max - min), max - min, whole);
}

const middleOf = ([min, max]: Range): number => (min + max) / 2;

function within(min: number, width: number, [first, last]: Range): Range {
  const start = Math.min(Math.max(min, first), last - width);
  return [start, start + width];
}
