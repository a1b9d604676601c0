/** Where every value of a graph lies, decided before its first run: liveness-planned, with aliases where a copy would be idle. */
import type { Graph } from './graph.ts';

/** Parameters outlive runs; the others are rewritten by each, temporaries by one another. */
export type Region = 'parameters' | 'constants' | 'inputs' | 'outputs' | 'temporaries';

/** In elements of 4 bytes; values are row-major and contiguous. */
export interface Place {
  region: Region;
  offset: number;
}

export type PlanStep =
  | { kind: 'run'; node: number }
  | { kind: 'copy'; from: Place; to: Place; size: number };

export interface MemoryPlan {
  /** By node; null for one that nothing reads. */
  places: readonly (Place | null)[];
  sizes: Readonly<Record<Region, number>>;
  /** What to do, in order. Aliases are in none of them. */
  steps: readonly PlanStep[];
}

/** `align`: values begin at multiples of so many elements, unless they are a part of another. */
export function planMemory(_graph: Graph, _options: { align?: number } = {}): MemoryPlan {
  throw new Error('being written');
}
