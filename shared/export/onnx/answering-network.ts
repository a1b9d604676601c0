/** The network that answers in a pipeline, as a graph for any batch. */
import type { Artifact } from '../../artifact/artifact.ts';
import { modelShapeOf } from '../../artifact/model-shape.ts';
import type { NetworkPipeline } from '../../definition/pipeline-spec.ts';
import type { Graph } from '../../graph/graph.ts';
import { defaultLoss } from '../../model/losses/list.ts';
import { traceAnswer } from '../../model/trace-model.ts';
import { pictureNetwork } from '../../tasks/image-generation.ts';

/** Input `x` [batch, …], output `y`. */
export function traceNetwork(spec: NetworkPipeline, fitted: Artifact['fitted'], batch: number): Graph {
  const { output } = fitted;
  const loss = spec.training.loss ?? defaultLoss(spec.task);
  const { model, shape } =
    output.task === 'image-generation'
      ? pictureNetwork({ fitted: { ...fitted, output }, model: spec.model, loss })
      : { model: spec.model, shape: modelShapeOf(fitted) };
  return traceAnswer(model, { ...shape, batch, task: output.task });
}
