/** A model in training, held against rows: what it gives for them, and how good that is. */
import { createNetworkModel } from '../artifact/network-model.ts';
import { evaluate } from '../evaluate/evaluate.ts';
import type { Outcome } from '../evaluate/metric.ts';
import type { Executor } from '../executors/executor.ts';
import type { Shape } from '../graph/graph.ts';
import { sizeOf } from '../graph/operator.ts';
import type { ModelSpec } from '../model/model-spec.ts';
import type { ModelShape } from '../model/trace-model.ts';
import type { FittedPipeline } from '../pipeline/fitted-pipeline.ts';
import type { MetricValues } from '../schema/metric.ts';
import type { Prediction } from '../schema/prediction.ts';
import type { OutputTask } from '../tasks/output-task.ts';
import type { TrainEvent } from './events.ts';
import { breathe, every, REPORT_MS } from './pace.ts';
import type { Rows } from './prepare-rows.ts';
import type { Trainer } from './trainer.ts';

interface Judged {
  trainer: Trainer;
  executor: Executor;
  task: OutputTask;
  fitted: FittedPipeline;
  model: ModelSpec;
  shape: ModelShape;
  /** What the evaluation gives for one row. */
  yShape: Shape;
}

export interface Judgement {
  metrics: MetricValues;
  /** Row-major. */
  y: Float32Array;
  outcome: Outcome;
}

/** Both yield `event` now and then, so that the caller is heard of. */
export function createJudge({ trainer, executor, task, fitted, model, shape, yShape }: Judged) {
  /** What the evaluation of the trainer's last snapshot gives for all rows of a part, row-major. */
  async function* predict(part: Rows, event: TrainEvent): AsyncGenerator<TrainEvent, Float32Array, void> {
    const due = every(REPORT_MS);
    const y = new Float32Array(part.count * sizeOf(yShape));
    let filled = 0;
    for await (const piece of trainer.predict(part)) {
      y.set(piece, filled);
      filled += piece.length;
      if (!due()) continue;
      yield event;
      await breathe();
    }
    return y;
  }

  /** `known`: what `predict` gave for the rows, where that was by the weights that stand now. */
  async function* judge(
    part: Rows,
    event: TrainEvent,
    known?: Float32Array | null,
  ): AsyncGenerator<TrainEvent, Judgement, void> {
    const y = known ?? (yield* predict(part, event));
    const outcome = task.outcome(y, part, fitted, yield* answer(part, event));
    return { metrics: evaluate(outcome), y, outcome };
  }

  /** What one pass does not tell, found as it will be when the model serves. */
  async function* answer(
    { features }: Rows,
    event: TrainEvent,
  ): AsyncGenerator<TrainEvent, Prediction[] | undefined, void> {
    if (!task.answer) return undefined;
    const answering = { model, shape, task: task.task };
    const network = await createNetworkModel(executor, answering, await trainer.readParameters());
    const answers: Prediction[] = [];
    const width = sizeOf(features.shape) * network.atOnce;
    try {
      for (let start = 0; start < features.data.length; start += width) {
        answers.push(...(await task.answer(network, features.data.subarray(start, start + width), fitted)));
        yield event;
        await breathe();
      }
    } finally {
      network.dispose();
    }
    return answers;
  }

  return { predict, judge };
}
