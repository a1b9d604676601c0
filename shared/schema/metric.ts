/** Metrics: the names used everywhere, and the points of a run's curves. */
import * as z from 'zod';

interface MetricTraits {
  /** As people write it. */
  title: string;
  better: 'more' | 'less' | null;
  /** Of rows or classes, told in per cent. */
  isShare?: true;
  /** Shown alone where there is room for one: the first of a model's metrics that has this. */
  isHeadline?: true;
}

/** How right a model is. */
export const METRICS = {
  loss: { title: 'Loss', better: 'less' },
  bleu: { title: 'BLEU', better: 'more', isHeadline: true },
  accuracy: { title: 'Accuracy', better: 'more', isShare: true, isHeadline: true },
  precision: { title: 'Precision', better: 'more', isShare: true },
  recall: { title: 'Recall', better: 'more', isShare: true },
  f1: { title: 'F1', better: 'more' },
  auc: { title: 'AUC', better: 'more' },
  rmse: { title: 'RMSE', better: 'less' },
  mae: { title: 'MAE', better: 'less' },
  r2: { title: 'R²', better: 'more', isHeadline: true },
  ndcg: { title: 'nDCG', better: 'more' },
  map: { title: 'mAP at half overlap', better: 'more', isShare: true, isHeadline: true },
  map50_95: { title: 'mAP at 0.5 to 0.95', better: 'more', isShare: true },
  silhouette: { title: 'Silhouette', better: 'more', isHeadline: true },
  flagged: { title: 'Unusual rows', better: null, isShare: true, isHeadline: true },
} as const satisfies Record<string, MetricTraits>;
export type MetricName = keyof typeof METRICS;
export const METRIC_NAMES = Object.keys(METRICS) as [MetricName, ...MetricName[]];
export const MetricName = z.enum(METRIC_NAMES);
export const traitsOf = (name: MetricName): MetricTraits => METRICS[name];

/** How a training goes: the learning rate, lengths of the gradient and of all weights, and rows a second. */
export const SIGNALS = {
  'learning-rate': { title: 'Learning rate' },
  'gradient-norm': { title: 'Gradient norm' },
  'weight-norm': { title: 'Weight norm' },
  throughput: { title: 'Rows a second' },
} as const;
export type SignalName = keyof typeof SIGNALS;

/** What a run has curves of. */
export const CURVE_NAMES = [...METRIC_NAMES, ...(Object.keys(SIGNALS) as SignalName[])] as const;
export const CurveName = z.enum(CURVE_NAMES);
export type CurveName = z.infer<typeof CurveName>;

export const SPLITS = ['train', 'validation', 'test'] as const;
export const Split = z.enum(SPLITS);
export type Split = z.infer<typeof Split>;

/** One point of a curve. (run, split, name, step) is its key: sent twice, it counts once. */
export const MetricPoint = z.object({
  step: z.int().min(0),
  epoch: z.number().min(0),
  split: Split,
  name: CurveName,
  value: z.number(),
});
export type MetricPoint = z.infer<typeof MetricPoint>;

export const MetricValues = z.partialRecord(MetricName, z.number());
export type MetricValues = z.infer<typeof MetricValues>;

/** What a run ended with. */
export const RunMetrics = z.object({ validation: MetricValues, test: MetricValues });
export type RunMetrics = z.infer<typeof RunMetrics>;
