/** A dense layer over TF-IDF, with dropout on both sides: words that mean alike come to count alike. */
import { hasTexts, type Template, withLetters } from './template.ts';
import { splitFor, trainingFor } from './training-defaults.ts';

export const textNetwork: Template = {
  name: 'text-network',
  title: 'Words, through a network',
  summary: 'A layer of units learns which words mean alike for the answer.',
  needs: 'A thousand texts or more, of any language.',
  limits: 'It does not say why it answers as it does, nor see how a sentence is built.',
  insight: 'none',
  misfit: (goal) => (hasTexts(goal) ? null : 'needs a column of texts'),
  build(goal) {
    const { rows } = goal.profile;
    return {
      schemaVersion: 1,
      task: goal.task,
      target: goal.target,
      features: withLetters(goal),
      model: [
        { type: 'dropout', rate: 0.3 },
        { type: 'dense', units: 128, activation: 'relu' },
        { type: 'dropout', rate: 0.5 },
      ],
      split: splitFor(rows),
      training: { ...trainingFor(rows, 40, 2e-3), earlyStopping: { patience: 4 } },
    };
  },
};
