/** One request at an endpoint whose answers a graph of models gives. */
import { AppError } from '../../shared/errors.ts';
import { GRAPH_PRECISION } from '../../shared/inference-graph/endpoint-face.ts';
import type { ModelFace, ModelVersion } from '../../shared/schema/model.ts';
import type { Answered } from './answer.ts';
import { countRequest } from './count-request.ts';
import type { InferenceRequest } from './inference-request.ts';
import type { ServedGraph } from './serving.ts';

/** Throws AppError `not_found` for a version that a graph does not have, and what reading and predicting throw. */
export async function answerByGraph(
  request: Pick<InferenceRequest, 'services' | 'caller'>,
  graph: ServedGraph,
  instancesOf: (model: ModelFace) => readonly unknown[],
  version?: number,
): Promise<Answered> {
  requireVersion(graph, version);
  const counting = countRequest(request, graph.name, graph.version);
  try {
    const { predictions, steps } = await graph.run(instancesOf(graph), graphRunBy(request));
    counting.answered(predictions, steps);
    return { modelVersion: graph, predictions, steps };
  } catch (error) {
    throw counting.failed(error);
  }
}

/** Models are opened as steps come to them. `random`: what splitters decide by. */
export const graphRunBy = (
  { services: { open }, caller: { workspace } }: Pick<InferenceRequest, 'services' | 'caller'>,
  random: () => number = Math.random,
) => ({
  random,
  predict: async (model: ModelFace, instances: readonly object[]) =>
    (await open(workspace, { modelVersion: model as ModelVersion, precision: GRAPH_PRECISION })).predict(
      instances,
    ),
});

/** Throws AppError `not_found`. */
export function requireVersion({ name, version: own }: ServedGraph, version: number | undefined): void {
  if (version !== undefined && version !== own)
    throw new AppError('not_found', `"${name}" serves no version ${version}; it serves ${own}`);
}
