/** The training loop of a network, on a device. */
import { encodeArtifact } from '../artifact/artifact.ts';
import type { Candidate } from '../executors/choose/candidate.ts';
import type { Executor } from '../executors/executor.ts';
import { WEIGHTS } from '../graph/flat-parameters.ts';
import type { MetricPoint } from '../schema/metric.ts';
import { beginningOf } from './beginning.ts';
import { calibrate } from './calibrate.ts';
import { encodeCheckpoint } from './checkpoint.ts';
import { createCurves, type StepsTold } from './curves.ts';
import { epochOrder } from './epoch-order.ts';
import { type TrainEvent, type TrainResult, WAITING } from './events.ts';
import { breathe, createSavingPace, every, isSettled, REPORT_MS, stepsAtOnce } from './pace.ts';
import { createProgress } from './progress.ts';
import { createRounds } from './rounds.ts';
import { type NetworkTraining, setUpTraining } from './set-up-training.ts';
import { dataOf } from './shard.ts';
import { refuseDiverged, refuseDivergedPoints } from './training-diverged.ts';
import { validationPoints } from './validation-points.ts';

/**
 * Trains on the fastest of `candidates`, or on the one that the checkpoint was trained on.
 * Throws AppError `invalid_data`, `invalid_pipeline`, `invalid_request` (checkpoint), `unsupported` and TrainingDiverged.
 */
export async function* trainNetwork(
  candidates: readonly Candidate[],
  options: NetworkTraining,
): AsyncGenerator<TrainEvent, TrainResult, void> {
  const { spec, datasetSha256, checkpointMs = 2000, wishes = {} } = options;
  const { epochs, seed, optimizer, reduceOnPlateau } = spec.training;
  // of a training with others the coordinator says when it ends, and which weights are the best
  const earlyStopping = options.averaging ? null : spec.training.earlyStopping;
  const beginning = beginningOf(spec, dataOf(options), options.checkpoint);
  const { key, saved } = beginning;
  let { at } = beginning;
  const progress = createProgress(epochs, at);
  const preparing = progress.report('preparing', at, 0);
  const ready = yield* setUpTraining(candidates, options, saved?.executor, preparing);
  const { trainer, graphs, validation, test, fitted, task, snapshots, stepsPerEpoch } = ready;
  const { executor, candidate, reason, bytes } = ready;
  const rounds = createRounds({
    ...{ averaging: options.averaging, trainer, training: spec.training },
    ...{ weights: graphs.layout.size, stepsPerEpoch },
    rows: { train: ready.train.count, validation: validation.count },
  });
  const place = () => ({ step: at.step, epoch: at.step / stepsPerEpoch });
  try {
    yield { type: 'executor', name: executor.name, device: candidate.device, reason, bytes };
    if (saved) {
      const hasBest = await trainer.restore(saved.tensors, earlyStopping !== null);
      if (earlyStopping && !hasBest) at = { ...at, bestLoss: null };
    } else {
      snapshots.note(0, () => graphs.parametersOf(graphs.initial));
    }
    /** What the learning rate has come down to on plateaus. */
    const lowered = () => (reduceOnPlateau?.factor ?? 1) ** (at.reductions ?? 0);
    const curves = createCurves({
      ...{ totalSteps: stepsPerEpoch * epochs, stepsPerEpoch, batch: ready.batch },
      learningRate: (done) => graphs.learningRate(done) * lowered(),
      window: at.window,
    });
    const reportDue = every(REPORT_MS);
    const saving = createSavingPace(checkpointMs);
    const atOnce = stepsAtOnce(REPORT_MS, ({ loss }: StepsTold) => loss.length);
    /** Of the validation rows, by the weights that will be kept; null while that is not known. */
    let keptY: Float32Array | null = null;
    let points: MetricPoint[] = [];
    const addPoints = (more: readonly MetricPoint[]) => {
      refuseDivergedPoints(more, optimizer.learningRate);
      points.push(...more);
    };

    const isOver = () => wishes.finish || at.round?.done;
    while (at.epoch < epochs && at.waited < (earlyStopping?.patience ?? Number.POSITIVE_INFINITY)) {
      curves.resume();
      await trainer.begin(epochOrder(ready.drawn, ready.batch, seed, at.epoch));
      const epochStart = at.epoch * stepsPerEpoch;
      while (!isOver() && (at.step < epochStart + stepsPerEpoch || rounds.isDue(at))) {
        if (rounds.isDue(at)) {
          yield* meet();
          continue;
        }
        const most = rounds.stepsLeft(at);
        const told = await atOnce((count) =>
          trainer.steps(at.step - epochStart, at.step, Math.min(count, most), lowered()),
        );
        curves.add(told, at.step);
        at = { ...at, step: at.step + told.loss.length, window: curves.window() };
        addPoints(curves.take());
        if (reportDue()) {
          if (points.length > 0) yield { type: 'metrics', points };
          points = [];
          yield progress.report('training', at, stepsPerEpoch);
          await breathe();
          if (saving.isDue() || wishes.stop) yield* saving.save(savepoint);
          if (wishes.stop) yield { type: 'stopped' };
        }
      }

      const validating = performance.now();
      const weights = await trainer.snapshot();
      curves.weights(weights.get(WEIGHTS)!.data, at.step);
      const y = yield* ready.predict(validation, progress.report('training', at, stepsPerEpoch));
      const outcome = task.outcome(y, validation, fitted);
      const loss = await ready.validationLoss(y, outcome);
      addPoints([...curves.take(), ...validationPoints(outcome, ready.curve, loss, place())]);
      progress.validated(performance.now() - validating);

      const improved = at.bestLoss === null || loss < at.bestLoss;
      if (improved && earlyStopping) trainer.keepBest(weights);
      if (improved || !earlyStopping) keptY = y;
      at = {
        ...at,
        ...rounds.judged(at, loss),
        // one that was to finish early counts for none
        epoch: Math.floor(at.step / stepsPerEpoch),
        bestLoss: improved ? loss : at.bestLoss,
        waited: improved ? 0 : at.waited + 1,
      };
      if (reduceOnPlateau && at.waited > 0 && at.waited % reduceOnPlateau.patience === 0) {
        at = { ...at, reductions: (at.reductions ?? 0) + 1 };
      }
      const looking = performance.now();
      const parameters = () => graphs.parametersOf(weights);
      const snapshot = await snapshots.take(place(), { y, outcome, parameters });
      progress.paused(performance.now() - looking);
      if (snapshot) yield { type: 'snapshot', snapshot };
      if (saving.isDue()) {
        yield { type: 'metrics', points };
        points = [];
        yield* saving.save(savepoint);
      }
      if (isOver()) break;
    }

    if (points.length > 0) yield { type: 'metrics', points };
    yield await savepoint();
    if (rounds.isLast(at) && !wishes.finish) {
      yield* meet();
      await trainer.snapshot();
      keptY = null;
    }
    await trainer.useBest();
    const evaluating = progress.report('evaluating', at, stepsPerEpoch);
    yield evaluating;
    const parameters = new Map([...(ready.frozen?.parameters ?? []), ...(await trainer.readParameters())]);
    const judged = yield* ready.judge(validation, evaluating, keptY);
    const metrics = { validation: judged.metrics, test: (yield* ready.judge(test, evaluating)).metrics };
    const standing = { ...judged, parameters: () => parameters };
    yield { type: 'snapshot', snapshot: await snapshots.takeLast(place(), standing) };
    const wasm = await servingExecutor(candidates, executor);
    const calibration =
      wasm && (yield* calibrate(wasm, { spec, fitted, parameters }, validation, evaluating));
    const artifact = encodeArtifact({
      ...{ spec, fitted, parameters, metrics, calibration: calibration ?? undefined },
      ...{ datasetSha256, device: candidate.device, executor: executor.name },
    });
    return {
      ...{ artifact: artifact.bytes, sha256: artifact.sha256, metrics },
      ...{ epochs: at.epoch, steps: at.step },
    };
  } finally {
    trainer.dispose();
  }

  /** Goes on from the mean of all weights; others may be awaited meanwhile. */
  async function* meet(): AsyncGenerator<TrainEvent, void, void> {
    const meeting = performance.now();
    const average = rounds.tell(at);
    while (!(await isSettled(average, REPORT_MS))) {
      yield progress.report(WAITING, at, stepsPerEpoch);
      if (wishes.stop) {
        yield await savepoint();
        yield { type: 'stopped' };
      }
      if (wishes.finish) return;
    }
    at = await rounds.goOn(at, await average);
    progress.paused(performance.now() - meeting);
  }

  async function savepoint(): Promise<TrainEvent> {
    const state = { executor: executor.name, position: at, tensors: await trainer.save() };
    refuseDiverged(at, state.tensors, optimizer.learningRate);
    return { type: 'checkpoint', bytes: encodeCheckpoint({ ...key, ...state }) };
  }
}

/** That which endpoints run, where this device has it. */
async function servingExecutor(
  candidates: readonly Candidate[],
  started: Executor,
): Promise<Executor | undefined> {
  if (started.findRanges) return started;
  return candidates
    .find(({ name }) => name === 'wasm')
    ?.start()
    .catch(() => undefined);
}
