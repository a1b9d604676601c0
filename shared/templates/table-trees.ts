/** Gradient-boosted trees for tables. */
import { beyondTables, forTrees, type Template } from './template.ts';
import { splitFor } from './training-defaults.ts';

export const tableTrees: Template = {
  name: 'table-trees',
  title: 'Boosted trees',
  summary:
    'Hundreds of small trees, each of which mends what the ones before it got wrong; strong on most tables.',
  needs: 'A table with a few hundred rows or more.',
  limits: 'It does not go beyond the values that it has seen, so a trend does not go on.',
  insight: 'none',
  misfit: beyondTables,
  build({ profile: { rows }, target, task, features }) {
    const few = rows < 1000;
    return {
      schemaVersion: 1,
      kind: 'estimator',
      task,
      target,
      features: forTrees(features),
      model: {
        type: 'gradient-boosting',
        rounds: few ? 200 : 300,
        learningRate: few ? 0.05 : 0.1,
        leaves: few ? 8 : 31,
        depth: 32,
        rowsInLeaf: few ? Math.max(3, Math.round(rows / 60)) : 20,
        l2: 1,
        featureShare: few ? 0.5 : 1,
        rowShare: few ? 0.8 : 1,
        patience: few ? 40 : 15,
      },
      split: splitFor(rows),
      training: { seed: 1 },
    };
  },
};
