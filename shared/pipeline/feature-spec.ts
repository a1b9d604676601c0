/** A feature: a column and the chain of steps that makes numbers of it. */
import * as z from 'zod';
import type { Zod } from '../schema/zod.ts';
import { STEPS } from './steps/list.ts';

type ParamsOf<T> = { -readonly [K in keyof T]: T[K] extends { params(z: Zod): infer P } ? P : never };

const schemas = new Map<string, StepSchemas>(
  STEPS.map(({ type, params, state }) => [type, { params: params(z), state: state(z) }]),
);
interface StepSchemas {
  params: z.ZodType;
  state: z.ZodType;
}
/** What a step takes and learns; undefined where there is no such step. */
export const schemasOf = ({ type }: { type: string }): StepSchemas | undefined => schemas.get(type);

export const FeatureStepSpec = z.discriminatedUnion(
  'type',
  [...schemas.values()].map(({ params }) => params) as unknown as ParamsOf<typeof STEPS>,
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
