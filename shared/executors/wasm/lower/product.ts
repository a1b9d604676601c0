/** A matrix product, and the panels that its right-hand side is packed in. */
import type { Node } from '../../../graph/graph.ts';

export const COLUMNS = 8; // of a panel, as in kernels/tile.h

export const up = (n: number, to: number): number => Math.ceil(n / to) * to;

/** Matrices of a product; `out` [batch…, m, n] is contiguous. */
export interface Product {
  out: Node;
  a: Node;
  b: Node;
  m: number;
  n: number;
  k: number;
  transposeA?: boolean;
  transposeB?: boolean;
  /** Matrices, and elements from one to the next of a and of b, by leading axis. */
  sizes?: readonly number[];
  strides?: readonly [readonly number[], readonly number[]];
}
