/** Metrics as people read them. */
import { METRIC_NAMES, type MetricName, type MetricValues } from '../../shared/schema/metric.ts';
import { decimal, percent } from '../ui/format.ts';

export const METRIC_LABELS: Record<MetricName, string> = {
  loss: 'Loss',
  accuracy: 'Accuracy',
  precision: 'Precision',
  recall: 'Recall',
  f1: 'F1',
  auc: 'AUC',
  rmse: 'RMSE',
  mae: 'MAE',
  r2: 'R²',
  ndcg: 'nDCG',
  bleu: 'BLEU',
  silhouette: 'Silhouette',
  flagged: 'Unusual rows',
};

const SHARES: readonly MetricName[] = ['accuracy', 'precision', 'recall', 'flagged'];

export function metricText(name: MetricName, value: number): string {
  return SHARES.includes(name) ? percent(value) : decimal(value);
}

/** The one metric to show where there is room for one. */
export function headline(
  values: MetricValues | undefined | null,
): { name: MetricName; label: string; text: string } | null {
  for (const name of ['bleu', 'accuracy', 'r2', 'rmse', 'silhouette', 'flagged', 'loss'] as const) {
    const value = values?.[name];
    if (value !== undefined) return { name, label: METRIC_LABELS[name], text: metricText(name, value) };
  }
  return null;
}

export function metricRows(values: MetricValues): { name: string; value: string }[] {
  return METRIC_NAMES.flatMap((name) => {
    const value = values[name];
    return value === undefined ? [] : [{ name: METRIC_LABELS[name], value: metricText(name, value) }];
  });
}
