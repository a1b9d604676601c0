/** The rows nearest to one asked about, kept in order while the others are looked at. */

/** A row that is known, and the square of its Euclidean distance. */
export interface Neighbour {
  row: number;
  square: number;
}

/** The `k` nearest of those offered, nearest first; of equals, the one offered first. */
export function createNearest(k: number) {
  const nearest: Neighbour[] = [];
  return {
    nearest,
    /** What is as far as this, or farther, need not be offered. */
    limit: Number.POSITIVE_INFINITY,
    offer(row: number, square: number) {
      if (square >= this.limit) return;
      const place = nearest.findLastIndex((other) => other.square <= square) + 1;
      nearest.splice(place, 0, { row, square });
      if (nearest.length > k) nearest.pop();
      if (nearest.length === k) this.limit = nearest.at(-1)!.square;
    },
  };
}

/** Rows to be compared with: `query` of as many numbers as each of them has. */
export interface KnownRows {
  nearestTo(query: Float32Array, k: number): readonly Neighbour[];
}
