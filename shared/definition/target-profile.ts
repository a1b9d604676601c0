/** Whether a column can be predicted, and as what: judged from the dataset's profile, before anything is trained. */
import { AppError } from '../errors.ts';
import type { ColumnProfile, DatasetProfile } from '../schema/dataset.ts';
import { isSupervised, type Task } from '../schema/task.ts';
import { outputTask } from '../tasks/list.ts';
import { findProfile, wrongTarget } from '../tasks/target-column.ts';
import { holdsSentences } from './text-column.ts';

const ROWS_LEAST = 10;
/** A number column is taken for classes if it holds whole numbers, this few different ones, each often. */
const NUMBER_CLASSES_MOST = 20;
const ROWS_PER_NUMBER_CLASS = 5;

/** The task that fits the target; `wanted` is checked if given. Throws AppError `invalid_data`. */
export function taskOf(profile: DatasetProfile, target: string, wanted?: Task): Task {
  const isNamed = wanted !== undefined && !isSupervised(wanted);
  const column = isNamed ? nameFor(profile, target, wanted) : findProfile(profile, target);
  requireRows(profile);
  if (column === null) return wanted!;
  const task = wanted ?? likelyTask(column, profile);
  outputTask(task).check(profile, target);
  return task;
}

/** Without answers the target is what the answer is called, which no column may be. */
function nameFor(profile: DatasetProfile, target: string, task: Task): null {
  if (!profile.columns.some(({ name }) => name === target)) return null;
  const what = `is a column of the data; for ${task} it is what the answer is called, such as "my ${target}"`;
  throw wrongTarget(target, what);
}

function requireRows({ rows }: DatasetProfile): void {
  if (rows >= ROWS_LEAST) return;
  throw new AppError('invalid_data', `the data has ${rows} rows; at least ${ROWS_LEAST} are needed`);
}

function likelyTask(column: ColumnProfile, profile: DatasetProfile): Task {
  const { type, top, distinct } = column;
  const { rows } = profile;
  if (type === 'boxes') return 'object-detection';
  if (type === 'category') return isTranslation(profile, column) ? 'translation' : 'classification';
  const isWhole = top.length === distinct && top.every(({ value }) => Number.isInteger(Number(value)));
  const isOften = distinct === 2 || rows >= distinct * ROWS_PER_NUMBER_CLASS;
  return isWhole && isOften && distinct <= NUMBER_CLASSES_MOST ? 'classification' : 'regression';
}

/** Sentences, beside other sentences that they may say in another tongue. */
const isTranslation = (profile: DatasetProfile, target: ColumnProfile): boolean =>
  holdsSentences(profile, target) &&
  profile.columns.some((column) => column !== target && holdsSentences(profile, column));
