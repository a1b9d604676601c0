/**
 * The training loop, from a table to an artifact. It only yields: the tab's worker and the runner consume the events,
 * and stop it by `return()`, after which everything it had on the device is freed.
 */
import { encodeArtifact, modelShapeOf } from '../artifact/artifact.ts';
import type { Table } from '../data/table.ts';
import { hashSpec } from '../definition/canonical.ts';
import type { PipelineSpec } from '../definition/pipeline-spec.ts';
import { evaluate } from '../evaluate/evaluate.ts';
import type { Outcome } from '../evaluate/metric.ts';
import { outcomeOf } from '../evaluate/outputs.ts';
import type { TensorFlow } from '../graph/operator.ts';
import { createRandom, shuffle } from '../graph/random.ts';
import type { MetricPoint } from '../schema/metric.ts';
import { decodeCheckpoint, encodeCheckpoint, type Position } from './checkpoint.ts';
import type { TrainEvent, TrainResult } from './events.ts';
import { createLossCurve } from './loss-curve.ts';
import { breathe, every } from './pace.ts';
import { prepareRows } from './prepare-rows.ts';
import { createProgress } from './progress.ts';
import type { Rows } from './rows-on-device.ts';
import { createTrainer } from './trainer.ts';
import { TrainingDiverged } from './training-diverged.ts';
import { validationPoints } from './validation-points.ts';

const REPORT_MS = 100;

export interface TrainOptions {
  spec: PipelineSpec;
  table: Table;
  datasetSha256: string;
  /** Goes on from here, exactly as if it had never stopped. */
  checkpoint?: Uint8Array;
  /** Where this is, for people: "WebGPU · Apple M3". */
  device: string;
  /** Least time between two checkpoints, which fall at the ends of epochs. */
  checkpointMs?: number;
}

/** Throws AppError `invalid_data`, `invalid_pipeline`, `invalid_request` (checkpoint) and TrainingDiverged. */
export async function* trainPipeline(
  tf: TensorFlow,
  { spec, table, datasetSha256, checkpoint, device, checkpointMs = 2000 }: TrainOptions,
): AsyncGenerator<TrainEvent, TrainResult, void> {
  const { epochs, batchSize, seed, optimizer, earlyStopping } = spec.training;
  const key = { specHash: hashSpec(spec), datasetSha256 };
  const saved = checkpoint && decodeCheckpoint(checkpoint, key);
  let at: Position = saved?.position ?? { epoch: 0, step: 0, bestLoss: null, waited: 0 };
  const progress = createProgress(epochs, at);

  const rows = yield* prepareRows(tf, spec, table, progress('preparing', at, 0));
  const trainer = createTrainer(tf, spec, modelShapeOf(rows.fitted));
  const stepsPerEpoch = Math.ceil(rows.train.count / batchSize);
  const curve = createLossCurve(tf, stepsPerEpoch * epochs, stepsPerEpoch);
  try {
    if (saved) trainer.restore(saved.tensors);
    const reportDue = every(REPORT_MS);
    const checkpointDue = every(checkpointMs);
    let points: MetricPoint[] = [];

    while (at.epoch < epochs && at.waited < (earlyStopping?.patience ?? Number.POSITIVE_INFINITY)) {
      const order = shuffle(placesOf(rows.train), createRandom(seed, SHUFFLE, at.epoch));
      for (let start = 0; start < order.length; start += batchSize) {
        const loss = trainer.step(rows.train, order.subarray(start, start + batchSize), at.step);
        const step = at.step + 1;
        at = { ...at, step };
        curve.add(loss, step, step / stepsPerEpoch);
        if (reportDue()) {
          points.push(...checked(await curve.read(), optimizer.learningRate));
          if (points.length > 0) yield { type: 'metrics', points };
          points = [];
          yield progress('training', at, stepsPerEpoch);
          await breathe();
        }
      }

      points.push(...checked(await curve.read(), optimizer.learningRate));
      const outcome = yield* predictOutcome(rows.validation, progress('training', at, stepsPerEpoch));
      const validation = validationPoints(outcome, rows.fitted.targetState?.std ?? 1, at.step, at.epoch + 1);
      points.push(...checked(validation, optimizer.learningRate));
      const loss = validation[0].value;
      const improved = at.bestLoss === null || loss < at.bestLoss;
      if (improved && earlyStopping) trainer.keepBest();
      at = {
        ...at,
        epoch: at.epoch + 1,
        bestLoss: improved ? loss : at.bestLoss,
        waited: improved ? 0 : at.waited + 1,
      };
      if (checkpointDue()) {
        yield { type: 'metrics', points };
        points = [];
        yield {
          type: 'checkpoint',
          bytes: encodeCheckpoint({ ...key, position: at, tensors: await trainer.save() }),
        };
      }
    }

    if (points.length > 0) yield { type: 'metrics', points };
    if (earlyStopping) trainer.useBest();
    const evaluating = progress('evaluating', at, stepsPerEpoch);
    yield evaluating;
    const metrics = {
      validation: evaluate(yield* predictOutcome(rows.validation, evaluating)),
      test: evaluate(yield* predictOutcome(rows.test, evaluating)),
    };
    const { bytes, sha256 } = encodeArtifact({
      ...{ spec, fitted: rows.fitted, parameters: await trainer.readWeights(), metrics },
      ...{ datasetSha256, device, tensorflowjs: tf.version_core },
    });
    return { artifact: bytes, sha256, metrics, epochs: at.epoch, steps: at.step };
  } finally {
    curve.dispose();
    trainer.dispose();
    rows.dispose();
  }

  async function* predictOutcome(part: Rows, event: TrainEvent): AsyncGenerator<TrainEvent, Outcome, void> {
    const due = every(REPORT_MS);
    const y = new Float32Array(part.count * modelShapeOf(rows.fitted).outputs);
    let filled = 0;
    for await (const piece of trainer.predict(part)) {
      y.set(piece, filled);
      filled += piece.length;
      if (due()) {
        yield event;
        await breathe();
      }
    }
    return outcomeOf(y, part.targets, rows.fitted);
  }
}

/** Tells the shuffling's random stream from the others of the same seed. */
const SHUFFLE = 0x5f1e;

const placesOf = ({ count }: Rows): Uint32Array => Uint32Array.from({ length: count }, (_, place) => place);

function checked<P extends readonly MetricPoint[]>(points: P, learningRate: number): P {
  const bad = points.find(({ value }) => !Number.isFinite(value));
  if (bad) throw new TrainingDiverged(bad.step, bad.value, learningRate);
  return points;
}
