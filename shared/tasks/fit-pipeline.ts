/** Learns a whole pipeline's state from the training rows, and from no others: the answers' first, then the features'. */
import type { Table } from '../data/table.ts';
import { AppError } from '../errors.ts';
import { fitFeatures } from '../pipeline/fit-features.ts';
import type { FittedPipeline } from '../pipeline/fitted-pipeline.ts';
import type { StepTarget } from '../pipeline/step.ts';
import type { Task } from '../schema/task.ts';
import { outputTask } from './list.ts';
import type { Asked, FittedTarget } from './output-task.ts';

/** The part of a pipeline's definition that fitting reads. */
export interface FitSpec extends Asked {
  task: Task;
  target: string;
  /** Names of the answers, where no column holds any. */
  answers?: readonly string[] | undefined;
}

/** `trainRows`: places in `table`. Throws AppError `invalid_data` or `invalid_pipeline`, naming the column. */
export function fitPipeline(
  { task, target, answers, ...asked }: FitSpec,
  table: Table,
  trainRows: Uint32Array,
): FittedPipeline {
  if (trainRows.length === 0) throw new AppError('invalid_data', 'there are no training rows');
  const fitted: FittedTarget = answers
    ? { output: { task: 'classification', target, classes: [...answers] }, targetState: null }
    : outputTask(task).fit(target, table, trainRows, asked);
  const truth = answers ? undefined : truthOf(fitted, table, trainRows);
  return { ...fitFeatures(asked.features, table, trainRows, truth), ...fitted };
}

/** What steps that look at the answers see; undefined where those are no single numbers. */
function truthOf(fitted: FittedTarget, table: Table, rows: Uint32Array): StepTarget | undefined {
  const { output } = fitted;
  if (output.task !== 'classification' && output.task !== 'regression') return undefined;
  const { data } = outputTask(output.task).encode({ ...fitted, features: [] }, table, rows, [])!;
  const classes = output.task === 'classification' ? output.classes.length : 1;
  return { classes, values: Float32Array.from(data) };
}
