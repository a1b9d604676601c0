/** A small network for tables: two dense layers, with dropout between them. */
import { beyondTables, type Template } from './template.ts';
import { splitFor, trainingFor } from './training-defaults.ts';

export const tableNetwork: Template = {
  name: 'table-network',
  title: 'Neural network for tables',
  summary: 'Two layers of units find how the columns work together.',
  needs: 'A table with a few hundred rows or more.',
  limits: 'It does not say why it answers as it does; with few rows a linear model may do as well.',
  insight: 'none',
  misfit: beyondTables,
  build({ profile: { rows }, target, task, features }) {
    // With few rows a smaller network and more dropout, which overfit less.
    const [wide, narrow, rate] = rows < 1000 ? [32, 16, 0.2] : [64, 32, 0.1];
    return {
      schemaVersion: 1,
      task,
      target,
      features: [...features],
      model: [
        { type: 'dense', units: wide, activation: 'relu' },
        { type: 'dropout', rate },
        { type: 'dense', units: narrow, activation: 'relu' },
      ],
      split: splitFor(rows),
      training: trainingFor(rows, 150, 3e-3),
    };
  },
};
