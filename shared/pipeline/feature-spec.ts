/** A feature: a column and the chain of steps that makes numbers of it. */
import * as z from 'zod';
import type { FeatureStep } from './step.ts';
import { STEPS } from './steps/list.ts';

type ParamsOf<T> = { -readonly [K in keyof T]: T[K] extends { params: infer P } ? P : never };

export const FeatureStepSpec = z.discriminatedUnion(
  'type',
  STEPS.map((step) => step.params) as unknown as ParamsOf<typeof STEPS>,
);
export type FeatureStepSpec = z.infer<typeof FeatureStepSpec>;

export const FeatureSpec = z.strictObject({
  column: z.string().min(1).max(200),
  /** What the feature is called, where a column makes several; by default as its column. */
  name: z.string().min(1).max(200).optional(),
  /** The feature sees the values of so many rows before its own, and not its own; rows are in the order of time. */
  history: z.int().min(1).max(10_000).optional(),
  /** Applied in order. Numbers that no step has turned into floats go in as they are. */
  steps: z.array(FeatureStepSpec).max(8),
});
export type FeatureSpec = z.infer<typeof FeatureSpec>;

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

const byType = new Map<string, FeatureStep>(STEPS.map((step) => [step.type, step]));

/** The step that a spec names. */
export function stepOf(spec: FeatureStepSpec): FeatureStep {
  return byType.get(spec.type) as FeatureStep;
}
