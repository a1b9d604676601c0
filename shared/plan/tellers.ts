/** Tasks whose answers are told from one pass of the model over a row, and nothing else. */
import type { OutputSpec } from '../schema/prediction.ts';
import { classification } from '../tasks/classification.ts';
import type { OutputTask } from '../tasks/output-task.ts';
import { regression } from '../tasks/regression.ts';

const TELLERS = [classification, regression] as unknown as readonly OutputTask[];

export const tellerOf = (task: OutputSpec['task']): OutputTask | undefined =>
  TELLERS.find((one) => one.task === task);
