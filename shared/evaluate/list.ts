/** Every metric of a trained model. */
import { accuracy } from './accuracy.ts';
import { auc } from './auc.ts';
import { bleu } from './bleu.ts';
import { f1 } from './f1.ts';
import { loss } from './loss.ts';
import { mae } from './mae.ts';
import { map } from './map.ts';
import { map50to95 } from './map50-95.ts';
import type { Metric } from './metric.ts';
import { ndcg } from './ndcg.ts';
import { precision } from './precision.ts';
import { r2 } from './r2.ts';
import { recall } from './recall.ts';
import { rmse } from './rmse.ts';
import { tokenAccuracy } from './token-accuracy.ts';

export const metrics: readonly Metric[] = [
  ...[accuracy, precision, recall, f1, auc],
  ...[rmse, mae, r2, ndcg],
  ...[map, map50to95],
  ...[tokenAccuracy, bleu],
  loss,
];
