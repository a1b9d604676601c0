export type { Graph } from '../graph.ts';

import type { Graph } from '../graph.ts';
export const simplify = (graph: Graph): Graph => graph;
