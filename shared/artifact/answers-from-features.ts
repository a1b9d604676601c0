/** Instances to answers by one model over their features: the way of every task that has none of its own. */
import type { Table } from '../data/table.ts';
import { applyPipeline } from '../pipeline/apply-pipeline.ts';
import { compileRows } from '../pipeline/compile-rows.ts';
import type { FittedPipeline } from '../pipeline/fitted-pipeline.ts';
import type { Prediction } from '../schema/prediction.ts';
import { outputTask } from '../tasks/list.ts';
import type { AnsweringModel, Source } from '../tasks/output-task.ts';
import { joinFloats } from './network-model.ts';

export interface Answers {
  answer(instances: Table): Promise<Prediction[]>;
  /** At once and without a table, where instances and model allow it; null where they do not, and `answer` must. */
  answerNow?(instances: readonly unknown[]): Prediction[] | null;
}

/** `places`: of what the model's head stands on, where it answers for each. */
export function answersFromFeatures(
  fitted: FittedPipeline,
  model: AnsweringModel,
  places: Source['places'],
): Answers {
  const task = outputTask(fitted.output.task);
  const answer = async (table: Table) => {
    const { data } = applyPipeline(fitted, table);
    if (task.answer) return task.answer(model, data, fitted);
    const rows = Uint32Array.from({ length: table.rows }, (_, row) => row);
    return task.predictions(await runAll(model, data), fitted, { table, rows, places });
  };
  const writeRow = task.answer ? null : compileRows(fitted);
  const { runNow, width } = model;
  if (!writeRow || !runNow) return { answer };
  const answerNow = (instances: readonly unknown[]) => {
    const x = new Float32Array(instances.length * width);
    for (const [row, instance] of instances.entries()) {
      if (typeof instance !== 'object' || instance === null) return null;
      if (!writeRow(instance as Record<string, unknown>, x, row * width)) return null;
    }
    const y = runNow(x);
    return y && task.predictions(y, fitted, { ...NO_SOURCE, places });
  };
  return { answer, answerNow };
}

/** Tasks whose answers lie in their source have features that are not made value by value. */
const NO_SOURCE = { table: { rows: 0, columns: new Map() }, rows: new Uint32Array() };

/** Rows of any number through a model, as many at a time as it takes. */
export async function runAll(model: AnsweringModel, data: Float32Array): Promise<Float32Array> {
  const atOnce = model.atOnce * model.width;
  const pieces: Float32Array[] = [];
  for (let start = 0; start < data.length; start += atOnce)
    pieces.push(await model.run(data.subarray(start, start + atOnce)));
  return joinFloats(pieces);
}
