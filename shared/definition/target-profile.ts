/** Whether a column can be predicted, and as what: judged from the dataset's profile, before anything is trained. */
import { AppError } from '../errors.ts';
import type { ColumnProfile, DatasetProfile } from '../schema/dataset.ts';
import { isSupervised, type Task } from '../schema/task.ts';

const ROWS_LEAST = 10;
const CLASSES_MOST = 1000;
/** A number column is taken for classes if it holds whole numbers, this few different ones, each often. */
const NUMBER_CLASSES_MOST = 20;
const ROWS_PER_NUMBER_CLASS = 5;

/** The task that fits the target; `wanted` is checked if given. Throws AppError `invalid_data`. */
export function taskOf(profile: DatasetProfile, target: string, wanted?: Task): Task {
  if (wanted !== undefined && !isSupervised(wanted)) return unsupervised(profile, target, wanted);
  const column = profile.columns.find(({ name }) => name === target);
  if (!column) {
    const names = profile.columns.map(({ name }) => `"${name}"`);
    const more = names.length > 20 ? ` and ${names.length - 20} more` : '';
    throw refuse(target, `is not a column of the data; it has ${names.slice(0, 20).join(', ')}${more}`);
  }
  if (column.type === 'image' || column.type === 'audio')
    throw refuse(
      target,
      `holds ${column.type === 'image' ? 'pictures' : 'sounds'}; choose a column of classes or numbers`,
    );
  requireRows(profile);
  if (column.missing > 0) {
    const rows = column.missing === 1 ? '1 row' : `${column.missing} rows`;
    throw refuse(target, `has no value in ${rows}; fill them in or remove those rows`);
  }
  if (column.distinct < 2) {
    throw refuse(
      target,
      `is constant: every row has "${column.top[0]?.value ?? ''}"; expected two or more values`,
    );
  }
  const task = wanted ?? (isClasses(column, profile.rows) ? 'classification' : 'regression');
  if (task === 'classification') checkClasses(column, profile.rows);
  else if (column.type !== 'number') {
    throw refuse(target, `holds text such as "${column.top[0]?.value}"; regression needs numbers`);
  }
  return task;
}

/** Its target is a name for the answer, which no column may have. */
function unsupervised(profile: DatasetProfile, target: string, task: Task): Task {
  requireRows(profile);
  if (!profile.columns.some(({ name }) => name === target)) return task;
  throw refuse(
    target,
    `is a column of the data; for ${task} it is what the answer is called, such as "my ${target}"`,
  );
}

function requireRows({ rows }: DatasetProfile): void {
  if (rows >= ROWS_LEAST) return;
  throw new AppError('invalid_data', `the data has ${rows} rows; at least ${ROWS_LEAST} are needed`);
}

function isClasses({ type, top, distinct }: ColumnProfile, rows: number): boolean {
  if (type === 'category') return true;
  const whole = top.length === distinct && top.every(({ value }) => Number.isInteger(Number(value)));
  return (
    whole && distinct <= NUMBER_CLASSES_MOST && (distinct === 2 || rows >= distinct * ROWS_PER_NUMBER_CLASS)
  );
}

function checkClasses({ name, type, top, distinct, distinctCapped }: ColumnProfile, rows: number): void {
  if (distinctCapped || distinct > CLASSES_MOST || distinct * 2 > rows) {
    const advice = type === 'number' ? 'use regression' : 'it looks like names or ids; choose another column';
    throw refuse(
      name,
      `has ${distinct}${distinctCapped ? ' or more' : ''} different values in ${rows} rows; ${advice}`,
    );
  }
  const single = top.find(({ count }) => count < 2);
  if (single) {
    throw refuse(name, `has one row only of class "${single.value}"; add rows of it, or leave that row out`);
  }
}

function refuse(target: string, why: string): AppError {
  return new AppError('invalid_data', `the target "${target}" ${why}`, { details: { target } });
}
