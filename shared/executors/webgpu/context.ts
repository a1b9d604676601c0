/** What a generator gets to know of the node that it makes kernels for. */
import type { DType, Node, Shape } from '../../graph/graph.ts';
import type { Kernel, Operand, Use } from './kernel.ts';

export interface NodeContext {
  node: Node;
  /** Of its inputs, in order. */
  shapes: readonly Shape[];
  /** Where input `i` lies. */
  input(i: number): Operand;
  /** The one value of all elements of input `i`, where the graph has it as a constant. */
  constantOf(i: number): number | undefined;
  output: Operand;
  /** For sums of products, see `tuneTile`. */
  largestTile: Tile;
  /** Memory for the node's own use. */
  scratch(size: number, dtype?: DType): Operand;
}

/** The part of an output that one thread holds in registers; columns are a multiple of four. */
export type Tile = readonly [rows: number, columns: number];

/** Makes the kernels of a node, to be run in order. */
export type Generator = (context: NodeContext) => readonly Kernel[];

export const read = (operand: Operand, wide = false): Use => ({ operand, write: false, wide });
export const write = (operand: Operand, wide = false): Use => ({ operand, write: true, wide });
