/** A graph of models made ready to answer. Loaded when the first is needed. */
import { GRAPH_VERSION, modelOfStep } from '../../shared/inference-graph/endpoint-face.ts';
import { prepareGraph } from '../../shared/inference-graph/run-graph.ts';
import type { Deployment } from '../../shared/schema/endpoint.ts';
import type { InferenceGraph } from '../../shared/schema/inference-graph.ts';
import type { ServedGraph } from './serving.ts';

export function serveGraph(
  name: string,
  graph: InferenceGraph,
  deployments: readonly Deployment[],
): ServedGraph {
  const versions = deployments.map(({ modelVersion }) => modelVersion);
  const prepared = prepareGraph(graph, (step) => modelOfStep(versions, step));
  return { name, version: GRAPH_VERSION, graph, ...prepared };
}
