/** A random forest for tables. */
import { beyondTables, forTrees, type Template } from './template.ts';
import { splitFor } from './training-defaults.ts';

/** With so many rows a leaf holds one, with twice as many two, so that the trees do not grow beyond all measure. */
const ROWS_FOR_A_LEAF = 5000;

export const tableForest: Template = {
  name: 'table-forest',
  title: 'Random forest',
  summary: 'Many trees vote, each grown on a sample of the rows; hard to get wrong, also with few rows.',
  needs: 'A table, be it of a hundred rows.',
  limits: 'Its artifact grows with the rows, and it does not go beyond the values that it has seen.',
  insight: 'none',
  misfit: beyondTables,
  build: ({ profile: { rows }, target, task, features }) => ({
    schemaVersion: 1,
    kind: 'estimator',
    task,
    target,
    features: forTrees(features),
    model: {
      type: 'random-forest',
      trees: 200,
      depth: 64,
      rowsInLeaf: Math.max(1, Math.round(rows / ROWS_FOR_A_LEAF)),
      featureShare: null,
    },
    split: splitFor(rows),
    training: { seed: 1 },
  }),
};
