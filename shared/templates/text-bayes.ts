/** Naive Bayes over TF-IDF: the oldest filter of unwanted mail, learnt in an instant. */
import { hasTexts, type Template, withLetters } from './template.ts';
import { splitFor } from './training-defaults.ts';

export const textBayes: Template = {
  name: 'text-bayes',
  title: 'Words, counted',
  summary: 'Counts how often each word comes with each answer; learnt in an instant.',
  needs: 'Some dozens of texts for each answer.',
  limits: 'Takes the words of a text for unrelated, so its probabilities are too sure of themselves.',
  insight: 'weights',
  misfit: (goal) =>
    !hasTexts(goal)
      ? 'needs a column of texts'
      : goal.features.length > 1
        ? 'learns from one column of texts alone'
        : goal.task === 'regression'
          ? 'tells classes apart, and does not predict numbers'
          : null,
  build(goal) {
    const { rows } = goal.profile;
    return {
      schemaVersion: 1,
      kind: 'estimator',
      task: goal.task,
      target: goal.target,
      features: withLetters(goal),
      model: { type: 'naive-bayes', smoothing: 0.1 },
      split: splitFor(rows),
      training: { seed: 1 },
    };
  },
};
