/** The numbers that a network can be served in, and what that does to its answers. */
import * as z from 'zod';
import { MetricValues } from './metric.ts';

export const PRECISIONS = ['float32', 'int16', 'int8'] as const;
export const Precision = z.enum(PRECISIONS);
export type Precision = z.infer<typeof Precision>;

/** How right the model is in each, all on the same validation rows. */
export const PrecisionMetrics = z.strictObject({
  rows: z.int().min(1),
  metrics: z.record(Precision, MetricValues),
});
export type PrecisionMetrics = z.infer<typeof PrecisionMetrics>;

/** And what its products take lies between, by the name of their weights: what rounding is made of. */
export const Calibration = PrecisionMetrics.extend({
  ranges: z.record(z.string(), z.tuple([z.number(), z.number()])),
});
export type Calibration = z.infer<typeof Calibration>;
