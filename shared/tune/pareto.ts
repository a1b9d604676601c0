/** Several objectives at once: which points no other is better than, in layers, and how much room each has. Less is better. */

export const dominates = (a: readonly number[], b: readonly number[]): boolean =>
  a.every((value, i) => value <= b[i]!) && a.some((value, i) => value < b[i]!);

/**
 * 0 for points that none dominates, 1 for those that are so once these are gone, and so on (Deb et al. 2002, NSGA-II).
 */
export function nondominationRanks(points: readonly (readonly number[])[]): number[] {
  const ranks = points.map(() => -1);
  for (let rank = 0, left = points.length; left > 0; rank++) {
    const open = points.map((_, i) => i).filter((i) => ranks[i]! < 0);
    const front = open.filter((i) => !open.some((j) => dominates(points[j]!, points[i]!)));
    for (const i of front) ranks[i] = rank;
    left -= front.length;
  }
  return ranks;
}

/**
 * Crowding distance within each front (the same paper, 3.2): along each objective the gap between a point's neighbours, as a share of
 * the front's width; infinite at its ends.
 */
export function crowding(points: readonly (readonly number[])[], ranks: readonly number[]): number[] {
  const room = points.map(() => 0);
  for (let rank = 0; rank <= Math.max(-1, ...ranks); rank++) {
    const front = points.map((_, i) => i).filter((i) => ranks[i] === rank);
    for (let k = 0; k < (points[front[0]!]?.length ?? 0); k++) {
      const at = (place: number) => points[front[place]!]![k]!;
      front.sort((a, b) => points[a]![k]! - points[b]![k]!);
      const width = at(front.length - 1) - at(0);
      room[front[0]!] = room[front.at(-1)!] = Number.POSITIVE_INFINITY;
      for (let i = 1; i < front.length - 1; i++) {
        if (width > 0) room[front[i]!]! += (at(i + 1) - at(i - 1)) / width;
      }
    }
  }
  return room;
}
