/** The most similar texts answer: for questions whose answers are known, with a few wordings of each. */
import { hasTexts, lettersOnly, type Template } from './template.ts';
import { splitFor } from './training-defaults.ts';

/** Above this many rows every prediction would take too long. */
const ROWS_MOST = 20_000;

export const textSimilar: Template = {
  name: 'text-similar',
  title: 'Most similar texts',
  summary: 'Finds the texts most similar to the new one, and answers as they do: for frequent questions.',
  needs: 'Texts with their answers; three wordings of a question will do.',
  limits: `Compares with every text that it knows, of which it takes at most ${ROWS_MOST.toLocaleString('en-US')}.`,
  insight: 'none',
  misfit: (goal) =>
    !hasTexts(goal)
      ? 'needs a column of texts'
      : goal.task === 'regression'
        ? 'tells answers apart, and does not predict numbers'
        : goal.profile.rows > ROWS_MOST
          ? `compares with every row; ${goal.profile.rows.toLocaleString('en-US')} are too many`
          : null,
  build(goal) {
    const { rows } = goal.profile;
    return {
      schemaVersion: 1,
      kind: 'estimator',
      task: goal.task,
      target: goal.target,
      features: lettersOnly(goal),
      model: { type: 'nearest-neighbours', k: rows < 2000 ? 3 : 7, metric: 'cosine', weights: 'distance' },
      split: splitFor(rows),
      training: { seed: 1 },
    };
  },
};
