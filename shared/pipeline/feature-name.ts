/** What features are called. */
import type { FeatureSpec } from './feature-spec.ts';

/** What a column's history is called, as a feature and as an input. */
const HISTORY = '_history';
export const historyName = (column: string): string => `${column}${HISTORY}`;
export const columnOfHistory = (name: string): string => name.slice(0, -HISTORY.length);

/** What a feature is called. */
export const featureName = ({
  name,
  column,
  history,
}: Pick<FeatureSpec, 'name' | 'column' | 'history'>): string =>
  name ?? (history === undefined ? column : historyName(column));
