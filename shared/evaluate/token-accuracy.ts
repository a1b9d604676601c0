/** Share of a text's tokens that are the most probable where they stand, after the true ones before them. */
import type { MetricOf, TranslationOutcome } from './metric.ts';

export const tokenAccuracy: MetricOf<TranslationOutcome> = {
  name: 'accuracy',
  task: 'translation',
  compute: ({ right, tokens }) => (tokens > 0 ? right / tokens : null),
};
