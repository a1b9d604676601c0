/** A pipeline with everything it learnt, as plain JSON: what an artifact holds and `applyPipeline` runs. */
import * as z from 'zod';
import { COLUMN_TYPES } from '../schema/dataset.ts';
import { InputField, OutputSpec } from '../schema/prediction.ts';
import { FeatureStepSpec, schemasOf } from './feature-spec.ts';
import { piecesState } from './text/pieces.ts';

const FittedStep = z
  .strictObject({ spec: FeatureStepSpec, state: z.json() })
  .refine(({ spec, state }) => schemasOf(spec)!.state.safeParse(state).success, {
    error: 'the state does not fit the step',
    path: ['state'],
  });

export const FittedFeature = z.strictObject({
  column: z.string(),
  name: z.string().optional(),
  type: z.enum([...COLUMN_TYPES, 'series']),
  history: z.int().optional(),
  steps: z.array(FittedStep),
});
export type FittedFeature = z.infer<typeof FittedFeature>;

/** Numbers are trained as (y − mean) ÷ std. */
const NumberScale = z.strictObject({ mean: z.number(), std: z.number().positive() });
export type NumberScale = z.infer<typeof NumberScale>;

export const FittedPipeline = z.strictObject({
  features: z.array(FittedFeature).min(1),
  /** One for each column that a feature takes. */
  inputs: z.array(InputField).min(1),
  /** Shape of one row: [width], or [height, width, channel] for pictures. */
  outputShape: z.array(z.int().min(1)).min(1).max(3),
  output: OutputSpec,
  /** What was learnt of the answers: of numbers their scale, of texts their pieces. */
  targetState: z.union([NumberScale, piecesState(z)]).nullable(),
});
export type FittedPipeline = z.infer<typeof FittedPipeline>;
