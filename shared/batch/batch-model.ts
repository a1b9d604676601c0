/** What answers the rows of a batch: a model, or a graph of several. */
import { modelOfStep } from '../inference-graph/endpoint-face.ts';
import { prepareGraph } from '../inference-graph/run-graph.ts';
import type { InferenceGraph } from '../schema/inference-graph.ts';
import type { ModelFace, ModelVersion } from '../schema/model.ts';
import type { Predict } from './predict-rows.ts';

export interface BatchModel extends Pick<ModelFace, 'inputs' | 'output'> {
  predict: Predict;
}

/** `open` is asked for a model each time that it is needed. */
export async function batchModel(
  versions: readonly ModelVersion[],
  graph: InferenceGraph | null,
  open: (version: ModelVersion) => Promise<{ predict: Predict }>,
): Promise<BatchModel> {
  if (!graph) {
    const { inputs, output } = versions[0]!;
    return { inputs, output, predict: (await open(versions[0]!)).predict };
  }
  const { inputs, output, run } = prepareGraph(graph, (step) => modelOfStep(versions, step));
  const by = {
    random: Math.random,
    predict: async (model: ModelFace, instances: Parameters<Predict>[0]) =>
      (await open(model as ModelVersion)).predict(instances),
  };
  return { inputs, output, predict: async (instances) => (await run(instances, by)).predictions };
}
