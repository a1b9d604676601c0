/**
 * Offsets for blocks that are needed for a time only: the largest first, each into the smallest gap that holds it among
 * those that live at the same time (as in Pisarchyk & Lee, "Efficient memory management for deep neural net inference", 2020).
 */
export interface Block {
  size: number;
  /** First and last step that needs it, both included. */
  from: number;
  to: number;
}

/** Offsets by block, multiples of `align`, and the size of the whole. */
export function allocate(blocks: readonly Block[], align: number): { offsets: number[]; size: number } {
  const up = (n: number) => Math.ceil(n / align) * align;
  const offsets = new Array<number>(blocks.length).fill(0);
  const order = blocks
    .map((_, i) => i)
    .sort((a, b) => blocks[b]!.size - blocks[a]!.size || blocks[a]!.from - blocks[b]!.from);
  const placed: number[] = []; // by offset
  let size = 0;
  for (const i of order) {
    const { from, to, size: need } = blocks[i]!;
    let best = -1;
    let bestGap = Number.POSITIVE_INFINITY;
    let end = 0;
    for (const other of placed) {
      const block = blocks[other]!;
      if (block.from > to || block.to < from) continue;
      const gap = offsets[other]! - end;
      if (gap >= need && gap < bestGap) {
        best = end;
        bestGap = gap;
      }
      end = Math.max(end, up(offsets[other]! + block.size));
    }
    const offset = best === -1 ? end : best;
    offsets[i] = offset;
    placed.splice(insertionPoint(placed, offsets, offset), 0, i);
    size = Math.max(size, up(offset + need));
  }
  return { offsets, size };
}

function insertionPoint(placed: readonly number[], offsets: readonly number[], offset: number): number {
  let low = 0;
  let high = placed.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (offsets[placed[middle]!]! <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
