/** The scale of answers that are numbers. */
import type { FittedPipeline, NumberScale } from './fitted-pipeline.ts';

/** How answers were scaled; those that are no numbers were not. */
export const scaleOf = ({ targetState }: Pick<FittedPipeline, 'targetState'>): NumberScale =>
  targetState && 'std' in targetState ? targetState : { mean: 0, std: 1 };
