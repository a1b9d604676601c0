/** The training loop of a network, on a device. */
import { encodeArtifact } from '../artifact/artifact.ts';
import { modelShapeOf } from '../artifact/model-shape.ts';
import { createNetworkModel } from '../artifact/network-model.ts';
import { canonicalJson, continuationKey, hashSpec } from '../definition/canonical.ts';
import type { NetworkPipeline } from '../definition/pipeline-spec.ts';
import { evaluate } from '../evaluate/evaluate.ts';
import type { Outcome } from '../evaluate/metric.ts';
import type { Candidate } from '../executors/choose/candidate.ts';
import { chooseExecutor } from '../executors/choose/choose-executor.ts';
import { WEIGHTS } from '../graph/flat-parameters.ts';
import { sizeOf } from '../graph/operator.ts';
import type { FeaturePlace } from '../model/feature-slices.ts';
import { splitFrozen } from '../model/frozen-part.ts';
import { ranksRows } from '../model/losses/list.ts';
import type { ExampleShape } from '../model/trace-model.ts';
import { scaleOf } from '../pipeline/fitted-pipeline.ts';
import type { MetricPoint, MetricValues } from '../schema/metric.ts';
import type { Prediction } from '../schema/prediction.ts';
import { isSupervised } from '../schema/task.ts';
import { outputTask } from '../tasks/list.ts';
import { decodeCheckpoint, encodeCheckpoint, type Position } from './checkpoint.ts';
import { classWeightsOf } from './class-weights.ts';
import { createCurves, type StepsTold } from './curves.ts';
import { epochOrder } from './epoch-order.ts';
import type { TrainEvent, TrainResult } from './events.ts';
import { holdingOf } from './feed-rows.ts';
import { createFrozenFeatures } from './frozen-features.ts';
import { readInitialWeights } from './initial-weights.ts';
import { graphBytes, rowBytes, withMemoryFor } from './memory.ts';
import { breathe, every, stepsAtOnce } from './pace.ts';
import { prepareRows, type Rows } from './prepare-rows.ts';
import { createProgress } from './progress.ts';
import { createSnapshots } from './snapshots/snapshots.ts';
import type { TrainOptions } from './train-options.ts';
import { createTrainer } from './trainer.ts';
import { refuseDiverged, TrainingDiverged } from './training-diverged.ts';
import { trainingGraphs } from './training-graphs.ts';
import { createValidationLoss } from './validation-loss.ts';
import { validationPoints } from './validation-points.ts';

const REPORT_MS = 100;
/** Most rows in one forward pass of an evaluation. */
const EVALUATION_BATCH = 256;

type NetworkTraining = Omit<TrainOptions, 'spec'> & { spec: NetworkPipeline };

/**
 * Trains on the fastest of `candidates`, or on the one that the checkpoint was trained on.
 * Throws AppError `invalid_data`, `invalid_pipeline`, `invalid_request` (checkpoint), `unsupported` and TrainingDiverged.
 */
export async function* trainNetwork(
  candidates: readonly Candidate[],
  {
    spec,
    table,
    datasetSha256,
    checkpoint,
    checkpointMs = 2000,
    deviceBytes,
    wishes = {},
    weights: files = new Map(),
  }: NetworkTraining,
): AsyncGenerator<TrainEvent, TrainResult, void> {
  const { epochs, batchSize, seed, optimizer, earlyStopping, reduceOnPlateau } = spec.training;
  const key = {
    ...{ specHash: hashSpec(spec), continuation: continuationKey(spec), datasetSha256 },
    loss: canonicalJson(spec.training.loss ?? null),
  };
  const saved = checkpoint && decodeCheckpoint(checkpoint, key);
  let at: Position = saved?.position ?? { epoch: 0, step: 0, bestLoss: null, waited: 0 };
  // what has its patience behind it goes on where the definition asks for more
  if (saved && saved.specHash !== key.specHash) at = { ...at, waited: 0 };
  // the least of another loss says nothing of this one
  if (saved?.loss !== undefined && saved.loss !== key.loss) at = { ...at, bestLoss: null };
  const progress = createProgress(epochs, at);

  const given = readInitialWeights(spec, files);
  let learning: NetworkPipeline = spec;
  let features: FeaturePlace[] = [];
  const rows = yield* prepareRows(spec, table, progress.report('preparing', at, 0), {
    files,
    async freeze(fitted) {
      const shape = modelShapeOf(fitted);
      // where the rows are their own answers, they must not be changed before the loss sees them
      const parts = isSupervised(spec.task) && !shape.alsoTakes ? splitFrozen(spec.model, shape) : null;
      if (!parts) return null;
      learning = { ...spec, model: parts.rest };
      features = parts.features;
      return createFrozenFeatures(candidates, parts.frozen, shape, {
        seed,
        weights: given,
        wanted: saved?.executor,
      });
    },
  });
  const { train, validation, test, frozen } = rows;
  const shape = frozen
    ? { ...modelShapeOf(rows.fitted), inputShape: frozen.shape, features }
    : modelShapeOf(rows.fitted);
  const batch = Math.min(batchSize, train.count);
  const stepsPerEpoch = Math.ceil(train.count / batch);
  const holding = holdingOf(train, batch, stepsPerEpoch, deviceBytes);
  const task = outputTask(spec.task);
  const ranks = spec.training.loss !== undefined && ranksRows(spec.training.loss);
  const drawn = ranks ? train : { count: train.count };
  const examples = {
    shape,
    rowShape: train.features.shape,
    target: targetShapeOf(train),
  };
  // where the head answers for each place its outputs are large: as many rows as a training step has do fit
  const evaluationMost = shape.perPlace ? batch : EVALUATION_BATCH;
  const graphs = trainingGraphs(learning, examples, given, {
    batch,
    evaluationBatch: Math.min(evaluationMost, Math.max(validation.count, test.count)),
    rows: holding.rows,
    orderLength: holding.orderLength,
    stepsPerEpoch,
    classWeights: classWeightsOf(spec, rows.fitted.output, train.target),
  });
  const yShape = graphs.evaluate.nodes[graphs.evaluate.outputs[0]!.node]!.shape.slice(1);
  const validationLoss = await createValidationLoss(spec, yShape, validation, scaleOf(rows.fitted).std);
  const stepBytes = graphBytes(graphs.step.graph);
  const able = withMemoryFor(candidates, stepBytes, { batch, rows: rowBytes([train]) });
  const { candidate, executor, program, reason } = await chooseExecutor(
    able,
    { graph: graphs.step.graph, parameters: graphs.initial, inputs: (count) => graphs.inputs(0, count, 0) },
    saved?.executor,
  );
  const trainer = await createTrainer({ executor, program, graphs, train, holding, batch });
  const snapshots = createSnapshots({
    ...{ spec, fitted: rows.fitted, train, validation },
    evaluate: frozen ? null : trainer.predict,
    network: (model, shape, parameters) =>
      createNetworkModel(executor, { model, shape, task: task.task }, parameters),
  });
  const place = () => ({ step: at.step, epoch: at.step / stepsPerEpoch });
  try {
    const held = stepBytes + graphBytes(graphs.evaluate) + rowBytes([train, validation, test]);
    yield { type: 'executor', name: executor.name, device: candidate.device, reason, bytes: held };
    if (saved) {
      const hasBest = await trainer.restore(saved.tensors, earlyStopping !== null);
      if (earlyStopping && !hasBest) at = { ...at, bestLoss: null };
    } else {
      snapshots.note(0, () => graphs.parametersOf(graphs.initial));
    }
    /** What the learning rate has come down to on plateaus. */
    const lowered = () => (reduceOnPlateau?.factor ?? 1) ** (at.reductions ?? 0);
    const curves = createCurves({
      ...{ totalSteps: stepsPerEpoch * epochs, stepsPerEpoch, batch },
      learningRate: (done) => graphs.learningRate(done) * lowered(),
      window: at.window,
    });
    const reportDue = every(REPORT_MS);
    const checkpointDue = every(checkpointMs);
    const atOnce = stepsAtOnce(REPORT_MS, ({ loss }: StepsTold) => loss.length);
    let points: MetricPoint[] = [];

    while (at.epoch < epochs && at.waited < (earlyStopping?.patience ?? Number.POSITIVE_INFINITY)) {
      curves.resume();
      await trainer.begin(epochOrder(drawn, batch, seed, at.epoch));
      const epochStart = at.epoch * stepsPerEpoch;
      while (at.step < epochStart + stepsPerEpoch && !wishes.finish) {
        const told = await atOnce((count) => trainer.steps(at.step - epochStart, at.step, count, lowered()));
        curves.add(told, at.step);
        at = { ...at, step: at.step + told.loss.length, window: curves.window() };
        points.push(...checked(curves.take(), optimizer.learningRate));
        if (reportDue()) {
          if (points.length > 0) yield { type: 'metrics', points };
          points = [];
          yield progress.report('training', at, stepsPerEpoch);
          await breathe();
          if (checkpointDue() || wishes.stop) yield await savepoint();
          if (wishes.stop) yield { type: 'stopped' };
        }
      }

      // less than one where it was to finish early
      const isWhole = at.step === epochStart + stepsPerEpoch;
      const validating = performance.now();
      const weights = await trainer.snapshot();
      curves.weights(weights.get(WEIGHTS)!.data, at.step);
      const y = yield* predictAll(validation, progress.report('training', at, stepsPerEpoch));
      const outcome = task.outcome(y, validation, rows.fitted);
      const measured = validationPoints(
        outcome,
        ranks ? 'ndcg' : task.curve,
        await validationLoss(y, outcome),
        place(),
      );
      points.push(
        ...checked(curves.take(), optimizer.learningRate),
        ...checked(measured, optimizer.learningRate),
      );
      progress.validated(performance.now() - validating);
      const loss = measured[0].value;
      const improved = at.bestLoss === null || loss < at.bestLoss;
      if (improved && earlyStopping) trainer.keepBest(weights);
      at = {
        ...at,
        epoch: at.epoch + (isWhole ? 1 : 0),
        bestLoss: improved ? loss : at.bestLoss,
        waited: improved ? 0 : at.waited + 1,
      };
      if (reduceOnPlateau && at.waited > 0 && at.waited % reduceOnPlateau.patience === 0) {
        at = { ...at, reductions: (at.reductions ?? 0) + 1 };
      }
      const parameters = () => graphs.parametersOf(weights);
      const looking = performance.now();
      const snapshot = await snapshots.take(place(), { y, outcome, parameters });
      progress.paused(performance.now() - looking);
      if (snapshot) yield { type: 'snapshot', snapshot };
      if (checkpointDue()) {
        yield { type: 'metrics', points };
        points = [];
        yield await savepoint();
      }
      if (wishes.finish) break;
    }

    if (points.length > 0) yield { type: 'metrics', points };
    yield await savepoint();
    await trainer.useBest();
    const evaluating = progress.report('evaluating', at, stepsPerEpoch);
    yield evaluating;
    const parameters = new Map([...(frozen?.parameters ?? []), ...(await trainer.readParameters())]);
    const judged = {
      validation: yield* judge(validation, evaluating),
      test: yield* judge(test, evaluating),
    };
    const metrics = { validation: judged.validation.metrics, test: judged.test.metrics };
    const standing = { ...judged.validation, parameters: () => parameters };
    yield { type: 'snapshot', snapshot: await snapshots.takeLast(place(), standing) };
    const { bytes, sha256 } = encodeArtifact({
      ...{ spec, fitted: rows.fitted, parameters, metrics },
      ...{ datasetSha256, device: candidate.device, executor: executor.name },
    });
    return { artifact: bytes, sha256, metrics, epochs: at.epoch, steps: at.step };
  } finally {
    trainer.dispose();
  }

  async function savepoint(): Promise<TrainEvent> {
    const state = { executor: executor.name, position: at, tensors: await trainer.save() };
    refuseDiverged(at, state.tensors, optimizer.learningRate);
    return { type: 'checkpoint', bytes: encodeCheckpoint({ ...key, ...state }) };
  }

  async function* judge(
    part: Rows,
    event: TrainEvent,
  ): AsyncGenerator<TrainEvent, { metrics: MetricValues; y: Float32Array; outcome: Outcome }, void> {
    const y = yield* predictAll(part, event);
    const outcome = task.outcome(y, part, rows.fitted, yield* answerAll(part, event));
    return { metrics: evaluate(outcome), y, outcome };
  }

  /** What one pass does not tell, found as it will be when the model serves. */
  async function* answerAll(
    { features }: Rows,
    event: TrainEvent,
  ): AsyncGenerator<TrainEvent, Prediction[] | undefined, void> {
    if (!task.answer) return undefined;
    const answering = { model: learning.model, shape, task: task.task };
    const model = await createNetworkModel(executor, answering, await trainer.readParameters());
    const answers: Prediction[] = [];
    const width = sizeOf(features.shape) * model.atOnce;
    try {
      for (let start = 0; start < features.data.length; start += width) {
        answers.push(
          ...(await task.answer(model, features.data.subarray(start, start + width), rows.fitted)),
        );
        yield event;
        await breathe();
      }
    } finally {
      model.dispose();
    }
    return answers;
  }

  /** What the evaluation gives for all rows of a part, row-major. */
  async function* predictAll(part: Rows, event: TrainEvent): AsyncGenerator<TrainEvent, Float32Array, void> {
    const due = every(REPORT_MS);
    const y = new Float32Array(part.count * sizeOf(yShape));
    let filled = 0;
    for await (const piece of trainer.predict(part)) {
      y.set(piece, filled);
      filled += piece.length;
      if (due()) {
        yield event;
        await breathe();
      }
    }
    return y;
  }
}

const targetShapeOf = ({ target }: Rows): ExampleShape['target'] =>
  target && { shape: target.shape, dtype: target.data instanceof Int32Array ? 'int32' : 'float32' };

function checked<P extends readonly MetricPoint[]>(points: P, learningRate: number): P {
  const bad = points.find(({ value }) => !Number.isFinite(value));
  if (bad) throw new TrainingDiverged(bad, learningRate);
  return points;
}
