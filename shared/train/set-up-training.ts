/** A network's training made ready: rows as numbers, graphs, and the trainer on the device that runs them fastest. */
import { modelShapeOf } from '../artifact/model-shape.ts';
import { createNetworkModel } from '../artifact/network-model.ts';
import type { NetworkPipeline } from '../definition/pipeline-spec.ts';
import type { Candidate } from '../executors/choose/candidate.ts';
import { chooseExecutor } from '../executors/choose/choose-executor.ts';
import type { FeaturePlace } from '../model/feature-slices.ts';
import { splitFrozen } from '../model/frozen-part.ts';
import { ranksRows } from '../model/losses/list.ts';
import type { ExampleShape } from '../model/trace-model.ts';
import { scaleOf } from '../pipeline/number-scale.ts';
import type { MetricName } from '../schema/metric.ts';
import { isSupervised } from '../schema/task.ts';
import { outputTask } from '../tasks/list.ts';
import { classWeightsOf } from './class-weights.ts';
import type { TrainEvent } from './events.ts';
import { holdingOf } from './feed-rows.ts';
import { createFrozenFeatures } from './frozen-features.ts';
import { readInitialWeights } from './initial-weights.ts';
import { createJudge } from './judge-rows.ts';
import { graphBytes, rowBytes, withMemoryFor } from './memory.ts';
import { prepareRows, type Rows } from './prepare-rows.ts';
import { createSnapshots } from './snapshots/snapshots.ts';
import type { TrainOptions } from './train-options.ts';
import { createTrainer } from './trainer.ts';
import { trainingGraphs } from './training-graphs.ts';
import { createValidationLoss } from './validation-loss.ts';

export type NetworkTraining = Omit<TrainOptions, 'spec'> & { spec: NetworkPipeline };

/** `wanted`: the executor to be taken if it can. Yields `event` now and then. Whoever gets it disposes of the trainer. */
export async function* setUpTraining(
  candidates: readonly Candidate[],
  { spec, table, deviceBytes, weights: files = new Map(), fitted: given, shard }: NetworkTraining,
  wanted: string | undefined,
  event: TrainEvent,
) {
  const beginWith = readInitialWeights(spec, files);
  let learning: NetworkPipeline = spec;
  let features: FeaturePlace[] = [];
  const { train, validation, test, frozen, fitted } = yield* prepareRows(spec, table, event, {
    ...{ files, shard, fitted: given },
    async freeze(fitted) {
      const shape = modelShapeOf(fitted);
      // where the rows are their own answers, they must not be changed before the loss sees them
      const parts = isSupervised(spec.task) && !shape.alsoTakes ? splitFrozen(spec.model, shape) : null;
      if (!parts) return null;
      learning = { ...spec, model: parts.rest };
      features = parts.features;
      return createFrozenFeatures(candidates, parts.frozen, shape, {
        ...{ seed: spec.training.seed, weights: beginWith, wanted },
      });
    },
  });
  const shape = frozen
    ? { ...modelShapeOf(fitted), inputShape: frozen.shape, features }
    : modelShapeOf(fitted);
  const { batchSize, loss } = spec.training;
  const batch = Math.min(batchSize, train.count);
  const stepsPerEpoch = Math.ceil(train.count / batch);
  const holding = holdingOf(train, batch, stepsPerEpoch, deviceBytes);
  const task = outputTask(spec.task);
  const ranks = loss !== undefined && ranksRows(loss);
  const examples = { shape, rowShape: train.features.shape, target: targetShapeOf(train) };
  const graphs = trainingGraphs(learning, examples, beginWith, {
    batch,
    evaluationRows: Math.max(validation.count, test.count),
    evaluationMost: shape.perPlace ? batch : undefined,
    rows: holding.rows,
    orderLength: holding.orderLength,
    stepsPerEpoch,
    classWeights: classWeightsOf(spec, fitted.output, train.target),
  });
  const yShape = graphs.evaluate.nodes[graphs.evaluate.outputs[0]!.node]!.shape.slice(1);
  const validationLoss = await createValidationLoss(spec, yShape, validation, scaleOf(fitted).std);
  const stepBytes = graphBytes(graphs.step.graph);
  const able = withMemoryFor(candidates, stepBytes, { batch, rows: rowBytes([train]) });
  const { candidate, executor, program, reason } = await chooseExecutor(
    able,
    { graph: graphs.step.graph, parameters: graphs.initial, inputs: (count) => graphs.inputs(0, count, 0) },
    wanted,
  );
  const trainer = await createTrainer({ executor, program, graphs, train, holding, batch });
  const curve: MetricName = ranks ? 'ndcg' : task.curve;
  return {
    ...{ train, validation, test, fitted, frozen, graphs, trainer, task, curve, validationLoss },
    ...{ batch, stepsPerEpoch, executor, candidate, reason },
    /** What an epoch's order is drawn of. */
    drawn: ranks ? train : { count: train.count },
    /** Bytes that it holds, planned. */
    bytes: stepBytes + graphBytes(graphs.evaluate) + rowBytes([train, validation, test]),
    ...createJudge({ trainer, executor, task, fitted, model: learning.model, shape, yShape }),
    snapshots: createSnapshots({
      ...{ spec, fitted, train, validation },
      evaluate: frozen ? null : trainer.predict,
      network: (model, shape, parameters) =>
        createNetworkModel(executor, { model, shape, task: task.task }, parameters),
    }),
  };
}

const targetShapeOf = ({ target }: Rows): ExampleShape['target'] =>
  target && { shape: target.shape, dtype: target.data instanceof Int32Array ? 'int32' : 'float32' };
