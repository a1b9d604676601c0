/** Products computed in whole numbers: what an executor needs to know for it, and how it is found. */
import type { TensorData } from '../graph/graph.ts';

/** Kinds of whole numbers. */
export type WholeNumbers = 'int16' | 'int8';

/** What values were seen to lie between. */
export type Range = readonly [low: number, high: number];

/** `ranges`: of what each product takes, by the name of its weights; a product without one is computed in float32. */
export interface Quantisation {
  numbers: WholeNumbers;
  ranges: Readonly<Record<string, Range>>;
}

export interface RangeFinder {
  /** Memory of an input, to fill before `look`. */
  view(name: string): TensorData;
  /** Runs once over what is in the inputs' memory, and looks. */
  look(): void;
  ranges(): Record<string, [low: number, high: number]>;
  dispose(): void;
}
