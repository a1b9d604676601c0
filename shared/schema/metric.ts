/** Metrics: the names used everywhere, and the points of a run's curves. */
import { z } from 'zod';

export const METRIC_NAMES = [
  'loss',
  'accuracy',
  'precision',
  'recall',
  'f1',
  'auc',
  'rmse',
  'mae',
  'r2',
  'ndcg',
  'map',
  'map50_95',
  'silhouette',
  'flagged',
] as const;
export const MetricName = z.enum(METRIC_NAMES);
export type MetricName = z.infer<typeof MetricName>;

export const SPLITS = ['train', 'validation', 'test'] as const;
export const Split = z.enum(SPLITS);
export type Split = z.infer<typeof Split>;

/** One point of a curve. (run, split, name, step) is its key: sent twice, it counts once. */
export const MetricPoint = z.object({
  step: z.int().min(0),
  epoch: z.number().min(0),
  split: Split,
  name: MetricName,
  value: z.number(),
});
export type MetricPoint = z.infer<typeof MetricPoint>;

export const MetricValues = z.partialRecord(MetricName, z.number());
export type MetricValues = z.infer<typeof MetricValues>;

/** What a run ended with. */
export const RunMetrics = z.object({ validation: MetricValues, test: MetricValues });
export type RunMetrics = z.infer<typeof RunMetrics>;
