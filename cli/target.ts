/** The column to predict: the one that is named, or for pictures and sounds their boxes or label; without answers, what the answer is called. */
import type { ColumnType, DatasetProfile } from '../shared/schema/dataset.ts';
import { isSupervised, type Task, UNSUPERVISED } from '../shared/schema/task.ts';
import { badUsage } from './failure.ts';

export function targetOf({ columns }: DatasetProfile, named: string | undefined, task?: Task): string {
  if (named === undefined && task !== undefined && !isSupervised(task)) return UNSUPERVISED[task];
  const has = (...types: ColumnType[]) => columns.some(({ type }) => types.includes(type));
  const target = named ?? (has('boxes') ? 'boxes' : has('image', 'audio') ? 'label' : undefined);
  if (target !== undefined) return target;
  throw badUsage(`--target is missing: expected one of ${columns.map(({ name }) => name).join(', ')}`);
}
