/** Rows that are unlike the rest. */
import { beyondTables, forTrees, type Template } from './template.ts';
import { splitFor } from './training-defaults.ts';

export const anomalies: Template = {
  name: 'anomalies',
  title: 'What is unusual',
  summary: 'Learns what rows usually look like, and raises its hand at one that looks otherwise.',
  needs: 'A table of mostly ordinary rows; no column of answers.',
  limits: 'It sees single rows: what is odd only in the course of time needs features that look back.',
  insight: 'none',
  tasks: ['anomaly-detection'],
  misfit: beyondTables,
  build: ({ profile: { rows }, target, features }) => ({
    schemaVersion: 1,
    kind: 'estimator',
    task: 'anomaly-detection',
    target,
    features: forTrees(features),
    model: { type: 'isolation-forest', trees: 200, sample: 256, contamination: 0.05 },
    split: splitFor(rows),
    training: { seed: 1 },
  }),
};
