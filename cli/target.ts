/** The column to predict: the one that is named, or for pictures and sounds their label. */
import type { DatasetProfile } from '../shared/schema/dataset.ts';
import { badUsage } from './failure.ts';

export function targetOf({ columns }: DatasetProfile, named: string | undefined): string {
  const target =
    named ?? (columns.some(({ type }) => type === 'image' || type === 'audio') ? 'label' : undefined);
  if (target !== undefined) return target;
  throw badUsage(`--target is missing: expected one of ${columns.map(({ name }) => name).join(', ')}`);
}
