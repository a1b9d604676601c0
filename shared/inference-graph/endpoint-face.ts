/** What an endpoint takes and gives, whether models answer by their shares or a graph does. */
import { AppError } from '../errors.ts';
import type { Endpoint } from '../schema/endpoint.ts';
import type { GraphStep, InferenceGraph } from '../schema/inference-graph.ts';
import type { ModelFace, ModelVersion } from '../schema/model.ts';
import type { Precision } from '../schema/precision.ts';
import { checkGraph } from './check-graph.ts';

/** A graph is told as the first version of a model that is called as its endpoint. */
export const GRAPH_VERSION = 1;
/** What the models of a graph compute in. */
export const GRAPH_PRECISION: Precision = 'float32';

/** Which of `versions` a step speaks of. */
export function modelOfStep(versions: readonly ModelVersion[], { model, version }: GraphStep): ModelVersion {
  const found = versions.find((one) => one.name === model && one.version === version);
  if (found) return found;
  throw new AppError('not_found', `graph: there is no model "${model}@${version}"`);
}

/** Of several deployments that of the first. */
export function faceOf({
  name,
  deployments,
  graph,
}: Pick<Endpoint, 'name' | 'deployments' | 'graph'>): ModelFace {
  return graph
    ? faceOfGraph(
        name,
        deployments.map(({ modelVersion }) => modelVersion),
        graph,
      )
    : deployments[0]!.modelVersion;
}

function faceOfGraph(name: string, versions: readonly ModelVersion[], graph: InferenceGraph): ModelFace {
  return { name, version: GRAPH_VERSION, ...checkGraph(graph, (step) => modelOfStep(versions, step)) };
}
