import type { Graph } from '../graph.ts';
export const sinkUpdates = (graph: Graph): Graph => graph;
