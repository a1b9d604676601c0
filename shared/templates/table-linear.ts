/** Linear and logistic regression: each input has one weight for each output, trained as a network without hidden blocks. */
import { beyondTables, type Template } from './template.ts';
import { splitFor, trainingFor } from './training-defaults.ts';

export const tableLinear: Template = {
  name: 'table-linear',
  title: 'Linear model',
  summary: 'Each column pushes the answer up or down by a weight of its own.',
  needs: 'A table, be it of a few dozen rows.',
  limits: 'It cannot see that columns work together, nor any curve.',
  insight: 'weights',
  misfit: beyondTables,
  build: ({ profile: { rows }, target, task, features }) => ({
    schemaVersion: 1,
    task,
    target,
    features: [...features],
    model: [],
    split: splitFor(rows),
    training: trainingFor(rows, 300, 1e-2),
  }),
};
