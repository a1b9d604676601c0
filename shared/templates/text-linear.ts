/** A linear model over TF-IDF: each word, and each pair of neighbours, speaks for or against each answer. */
import { hasTexts, type Template, withLetters } from './template.ts';
import { splitFor, trainingFor } from './training-defaults.ts';

export const textLinear: Template = {
  name: 'text-linear',
  title: 'Words, weighed',
  summary: 'Each word and each pair of neighbours has a weight for each answer.',
  needs: 'Some hundred texts, of any language; Chinese and Japanese need no spaces.',
  limits: 'It sees which words are there, not how a sentence is built.',
  insight: 'weights',
  misfit: (goal) => (hasTexts(goal) ? null : 'needs a column of texts'),
  build(goal) {
    const { rows } = goal.profile;
    return {
      schemaVersion: 1,
      task: goal.task,
      target: goal.target,
      features: withLetters(goal),
      model: [],
      split: splitFor(rows),
      training: { ...trainingFor(rows, 60, 1e-2), earlyStopping: { patience: 5 } },
    };
  },
};
