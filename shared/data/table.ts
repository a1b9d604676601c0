/** A dataset in memory: columns of numbers, categories or images. Nothing here is changed in place. */

export interface Image {
  width: number;
  height: number;
  channels: 1 | 3;
  /** Row-major [height, width, channel], 0–255. */
  data: Uint8Array;
}

/** Missing: NaN for numbers, null for categories. */
export type ColumnData =
  | { type: 'number'; values: Float64Array }
  | { type: 'category'; values: (string | null)[] }
  | { type: 'image'; values: Image[] };

export interface Table {
  rows: number;
  columns: ReadonlyMap<string, ColumnData>;
}
