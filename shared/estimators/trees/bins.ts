/** Columns of numbers sorted into at most 256 bins each, so that a tree looks for its splits among few places. */

const BINS_MOST = 256;

export interface BinnedRows {
  rows: number;
  features: number;
  /** Column-major [features, rows]. */
  bins: Uint8Array;
  /** For each feature, ascending: bin b holds the values up to edges[b] that no bin before it holds; the last has no edge. */
  edges: Float32Array[];
}

/** `x`: row-major [rows, features]. Bins hold single values where there are few, else about as many rows each. */
export function binRows(x: Float32Array, rows: number, features: number): BinnedRows {
  const bins = new Uint8Array(rows * features);
  const column = new Float32Array(rows);
  const edges: Float32Array[] = [];
  for (let feature = 0; feature < features; feature++) {
    for (let row = 0; row < rows; row++) column[row] = x[row * features + feature]!;
    const own = edgesOf(column.slice().sort());
    edges.push(own);
    const place = feature * rows;
    for (let row = 0; row < rows; row++) bins[place + row] = firstAtLeast(own, column[row]!);
  }
  return { rows, features, bins, edges };
}

/** Between neighbours among the different values, or among those at equal ranks. */
function edgesOf(sorted: Float32Array): Float32Array {
  const distinct = sorted.filter((value, i) => i === 0 || value !== sorted[i - 1]);
  if (distinct.length <= BINS_MOST) {
    return Float32Array.from({ length: distinct.length - 1 }, (_, i) =>
      between(distinct[i]!, distinct[i + 1]!),
    );
  }
  const edges = new Set<number>();
  for (let i = 1; i < BINS_MOST; i++) {
    const low = sorted[Math.floor((i * sorted.length) / BINS_MOST) - 1]!;
    const high = distinct[firstAtLeast(distinct, low) + 1];
    if (high !== undefined) edges.add(between(low, high));
  }
  return Float32Array.from(edges);
}

/** A float32 at or above `low` and below `high`. */
function between(low: number, high: number): number {
  const middle = Math.fround(low / 2 + high / 2);
  return middle < high && middle >= low ? middle : low;
}

/** Place of the first that is not below `value`; their number if all are. */
function firstAtLeast(ascending: Float32Array, value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
