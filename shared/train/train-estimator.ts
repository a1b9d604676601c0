/** Fits an estimator: the same events and the same result as a network's training. */
import { encodeArtifact } from '../artifact/artifact.ts';
import { estimatorShapeOf } from '../artifact/model-file.ts';
import type { EstimatorPipeline } from '../definition/pipeline-spec.ts';
import type { FitRows, FitStep } from '../estimators/estimator.ts';
import { estimatorOf } from '../estimators/estimator-of.ts';
import { evaluate } from '../evaluate/evaluate.ts';
import type { MetricPoint } from '../schema/metric.ts';
import { outputTask } from '../tasks/list.ts';
import { classWeightsOf } from './class-weights.ts';
import type { TrainEvent, TrainResult } from './events.ts';
import { rowBytes } from './memory.ts';
import { breathe, every, REPORT_MS } from './pace.ts';
import { prepareRows, type Rows } from './prepare-rows.ts';
import { createProgress } from './progress.ts';
import { createSnapshots } from './snapshots/snapshots.ts';
import type { TrainOptions } from './train-options.ts';

/** Rows predicted between two pauses. */
const PIECE = 256;
const DEVICE = { name: 'plain', device: 'JavaScript, one thread', reason: 'an estimator needs no graph' };
const START = { epoch: 0, step: 0, bestLoss: null, waited: 0 };

type EstimatorTraining = Omit<TrainOptions, 'spec'> & { spec: EstimatorPipeline };

/** Throws AppError `invalid_data`. */
export async function* trainEstimator({
  spec,
  table,
  datasetSha256,
  wishes = {},
  weights: files = new Map(),
}: EstimatorTraining): AsyncGenerator<TrainEvent, TrainResult, void> {
  const progress = createProgress(1, START);
  const {
    fitted,
    frozen: _,
    ...parts
  } = yield* prepareRows(spec, table, progress.report('preparing', START, 0), { files });
  yield { type: 'executor', ...DEVICE, bytes: rowBytes(Object.values(parts)) };
  const shape = estimatorShapeOf(fitted);
  const rowsOf = ({ count, features, target }: Rows): FitRows => ({
    ...{ count, width: shape.inputs, x: features.data, target: target?.data ?? new Float32Array(count) },
  });
  const estimator = estimatorOf(spec.model);
  const fit = estimator.fit(rowsOf(parts.train), spec.model, {
    ...shape,
    seed: spec.training.seed,
    validation: rowsOf(parts.validation),
    classWeights: classWeightsOf(spec, fitted.output, parts.train.target),
  });

  const due = every(REPORT_MS);
  let points: MetricPoint[] = [];
  let steps = 0;
  let next = fit.next();
  for (; !next.done; next = fit.next()) {
    const { done, total } = next.value;
    steps = done;
    points.push(...pointsOf(next.value));
    if (!due()) continue;
    if (points.length > 0) yield { type: 'metrics', points };
    points = [];
    yield progress.report('training', { ...START, step: done }, total);
    await breathe();
    if (wishes.stop) yield { type: 'stopped' };
  }
  if (points.length > 0) yield { type: 'metrics', points };
  const parameters = next.value;
  const predict = estimator.load(parameters, spec.model, shape);

  const evaluating = progress.report('evaluating', { ...START, step: steps }, steps);
  yield evaluating;
  const judged = { validation: yield* judge(parts.validation), test: yield* judge(parts.test) };
  const metrics = { validation: judged.validation.metrics, test: judged.test.metrics };
  const snapshots = createSnapshots({
    ...{ spec, fitted, train: parts.train, validation: parts.validation },
    async *evaluate({ count, features }) {
      yield predict(features.data, count);
    },
  });
  const standing = { ...judged.validation, parameters: () => parameters };
  yield { type: 'snapshot', snapshot: await snapshots.takeLast({ step: steps, epoch: 1 }, standing) };
  const { bytes, sha256 } = encodeArtifact({
    ...{ spec, fitted, parameters, metrics, datasetSha256 },
    ...{ device: DEVICE.device, executor: DEVICE.name },
  });
  return { artifact: bytes, sha256, metrics, epochs: 1, steps };

  async function* judge(part: Rows) {
    const { count, features } = part;
    const y = new Float32Array(count * shape.outputs);
    for (let start = 0; start < count; start += PIECE) {
      const rows = Math.min(PIECE, count - start);
      const x = features.data.subarray(start * shape.inputs, (start + rows) * shape.inputs);
      y.set(predict(x, rows), start * shape.outputs);
      if (!due()) continue;
      yield evaluating;
      await breathe();
    }
    const x = features.data;
    if (estimator.measure)
      return { metrics: estimator.measure({ count, width: shape.inputs, x }, y), y, outcome: null };
    const outcome = outputTask(spec.task).outcome(y, part, fitted);
    return { metrics: evaluate(outcome), y, outcome };
  }
}

function pointsOf({ done, total, losses }: FitStep): MetricPoint[] {
  if (!losses) return [];
  const at = { step: done, epoch: done / total, name: 'loss' as const };
  return (['train', 'validation'] as const).map((split) => ({ ...at, split, value: losses[split] }));
}
