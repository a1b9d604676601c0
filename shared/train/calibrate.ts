/**
 * What a trained network loses when it is served in whole numbers: ranges are found on validation rows, then the same rows are answered
 * in each precision. Done by the executor that serves, whatever trained.
 */
import { modelShapeOf } from '../artifact/model-shape.ts';
import type { NetworkPipeline } from '../definition/pipeline-spec.ts';
import { evaluate } from '../evaluate/evaluate.ts';
import type { Executor, ParameterValues } from '../executors/executor.ts';
import type { Graph, TensorData } from '../graph/graph.ts';
import { sizeOf } from '../graph/operator.ts';
import { traceAnswer } from '../model/trace-model.ts';
import { applyPipeline } from '../pipeline/apply-pipeline.ts';
import type { FittedPipeline } from '../pipeline/fitted-pipeline.ts';
import type { MetricValues } from '../schema/metric.ts';
import { type Calibration, PRECISIONS, type Precision } from '../schema/precision.ts';
import { outputTask } from '../tasks/list.ts';
import type { Answered, Source } from '../tasks/output-task.ts';
import type { TrainEvent } from './events.ts';
import { breathe, every, REPORT_MS } from './pace.ts';

/** Rows, at most: each is answered four times. */
const MOST_ROWS = 1000;
/** Multiplications that they may take, about a second each time; and rows that there are whatever they take. */
const BUDGET = 1e10;
const LEAST_ROWS = 50;

interface Trained {
  spec: NetworkPipeline;
  fitted: FittedPipeline;
  parameters: ParameterValues;
}

/** `all`: the validation part. Null where there is nothing to gain, or answers are found in a way of their own. Yields `event` now and then. */
export async function* calibrate(
  executor: Executor,
  { spec, fitted, parameters }: Trained,
  all: Answered,
  event: TrainEvent,
): AsyncGenerator<TrainEvent, Calibration | null, void> {
  const task = outputTask(spec.task);
  if (!executor.findRanges || task.answer || task.answerer || !all.target) return null;
  const shape = modelShapeOf(fitted);
  const graph = traceAnswer(spec.model, { ...shape, batch: 1, task: fitted.output.task });
  const finder = await executor.findRanges(graph, parameters);
  if (!finder) return null;
  const most = Math.max(LEAST_ROWS, Math.min(MOST_ROWS, BUDGET / multiplications(graph)));
  const { table, rows, places } = sampleOf(all.source, most);
  const features = applyPipeline(fitted, table, rows).data;
  const width = sizeOf(shape.inputShape);

  /** Each row in turn in the memory that `view` gives. */
  async function* inTurn(
    view: TensorData,
    work: (row: number) => void,
  ): AsyncGenerator<TrainEvent, void, void> {
    const due = every(REPORT_MS);
    for (let row = 0; row < rows.length; row++) {
      view.set(features.subarray(row * width, (row + 1) * width));
      work(row);
      if (!due()) continue;
      yield event;
      await breathe();
    }
  }

  yield* inTurn(finder.view('x'), finder.look);
  const ranges = finder.ranges();
  finder.dispose();
  const target = task.encode(fitted, table, rows, places);
  const answered: Answered = { count: rows.length, source: { table, rows, places }, target };
  const metrics: Partial<Record<Precision, MetricValues>> = {};
  for (const precision of PRECISIONS) {
    const quantisation = precision === 'float32' ? undefined : { numbers: precision, ranges };
    const program = await executor.compile(graph, parameters, quantisation);
    const output = program.view!('y');
    const y = new Float32Array(rows.length * output.length);
    yield* inTurn(program.view!('x'), (row) => {
      program.execute!();
      y.set(output, row * output.length);
    });
    program.dispose();
    metrics[precision] = evaluate(task.outcome(y, answered, fitted));
  }
  return { rows: rows.length, metrics: metrics as Record<Precision, MetricValues>, ranges };
}

/** At most so many rows, spread over all. */
function sampleOf(source: Source, most: number): Source {
  const count = Math.min(source.rows.length, Math.floor(most));
  const rows = Uint32Array.from(
    { length: count },
    (_, i) => source.rows[Math.floor((i * source.rows.length) / count)]!,
  );
  return { ...source, rows };
}

/** Of one run. */
function multiplications({ nodes }: Graph): number {
  const products = nodes.filter(({ op }) => op === 'conv2d' || op === 'matmul');
  return products.reduce((sum, { shape, inputs }) => {
    const weights = nodes[inputs[1]!]!.shape;
    return sum + (sizeOf(shape) * sizeOf(weights)) / weights.at(-1)!;
  }, 1);
}
