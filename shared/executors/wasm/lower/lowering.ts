/** What turns one node into records of the operator table: each family of operators has a file in this folder. */
import type { Node } from '../../../graph/graph.ts';
import type { Rounding } from '../quantise/rounding.ts';

export interface LowerContext {
  /** The node of an input. */
  input(node: Node, place: number): Node;
  /** Address of a node's value. */
  at(node: Node): number;
  /** Whether a value can change only by `write`. */
  isFixed(node: Node): boolean;
  /** How the left-hand side of a product is rounded; null where it is not. */
  rounding(node: Node): Rounding | null;
  /** Adds a record to the table; `words` are the fields of the kernel's struct. */
  add(kernel: string, words: readonly number[]): void;
  /** Adds a record that runs only after parameters were written. */
  prepare(kernel: string, words: readonly number[]): void;
  /** Says that a node's weights are packed, so that no run reads them as they came. */
  packed(weights: Node): void;
  /** Memory of its own, in elements; its address. */
  allocate(words: number): number;
  /** Asks for memory that kernels use while they run, in elements. */
  scratch(words: number): void;
}

/** `epilogue`: what the kernel itself can do of the chain behind the operator. */
export type Lowering = (context: LowerContext, node: Node, epilogue: Epilogue) => void;

/** A bias along the last axis and an activation, in that order; addresses and codes as in kernels/tile.h. */
export interface Epilogue {
  bias: number;
  activation: number;
}

export const NO_EPILOGUE: Epilogue = { bias: 0, activation: 0 };
