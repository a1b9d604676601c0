/** A dataset in memory: columns of numbers, categories, images, sounds or boxes. Nothing here is changed in place. */

import type { Box } from '../schema/prediction.ts';

export interface Image {
  width: number;
  height: number;
  channels: 1 | 3;
  /** Row-major [height, width, channel], 0–255. */
  data: Uint8Array;
}

/** Whether it was decoded already: JSON cannot hold it. */
export const isImage = (value: unknown): value is Image =>
  typeof value === 'object' && value !== null && (value as Partial<Image>).data instanceof Uint8Array;

export interface Sound {
  /** Samples a second. */
  rate: number;
  /** One channel, −1 … 1. */
  samples: Float32Array;
}

export interface LabelledBox {
  label: string;
  /** Left, top, right, bottom: pixels of the picture, from its top left corner. */
  box: Box;
}

/** Missing: NaN for numbers, null for categories. */
export type ColumnData =
  | { type: 'number'; values: Float64Array }
  | { type: 'category'; values: (string | null)[] }
  | { type: 'image'; values: Image[] }
  | { type: 'audio'; values: Sound[] }
  /** What is where in the row's picture. */
  | { type: 'boxes'; values: LabelledBox[][] };

/** For each row the values that a column had in the rows before it, the oldest first; all of the same length. */
export interface SeriesColumn {
  type: 'series';
  values: Float64Array[];
}

export interface Table {
  rows: number;
  columns: ReadonlyMap<string, ColumnData>;
  /** By column, where features look back. */
  histories?: ReadonlyMap<string, SeriesColumn>;
}
