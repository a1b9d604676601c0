/** Groups of like rows. */
import { hasPictures, hasSounds, type Template } from './template.ts';
import { splitFor } from './training-defaults.ts';

export const clusters: Template = {
  name: 'clusters',
  title: 'Groups of like rows',
  summary:
    'Finds groups of rows that are like one another, and says of each new row which group it belongs to.',
  needs: 'A table, or texts; no column of answers.',
  limits: 'How many groups there are is for you to say; it finds round ones of like size best.',
  insight: 'none',
  tasks: ['clustering'],
  misfit: (goal) =>
    hasPictures(goal) || hasSounds(goal) ? 'groups tables and texts, not pictures or sounds' : null,
  build: ({ profile: { rows }, target, features }) => ({
    schemaVersion: 1,
    kind: 'estimator',
    task: 'clustering',
    target,
    features: [...features],
    model: { type: 'k-means', k: 3, starts: 8, iterations: 100 },
    split: splitFor(rows),
    training: { seed: 1 },
  }),
};
