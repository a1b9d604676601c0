/** The most similar texts answer: for questions whose answers are known, with a few wordings of each. */
import { type Goal, hasTexts, lettersOnly, type Template } from './template.ts';
import { splitFor } from './training-defaults.ts';

/** Between few answers, words that tell them apart weigh more than likeness. */
const ANSWERS_LEAST = 8;
const answersOf = ({ profile, target }: Goal): number =>
  profile.columns.find(({ name }) => name === target)?.distinct ?? 0;

/** Above this many rows every prediction would take too long. */
const ROWS_MOST = 20_000;

export const textSimilar: Template = {
  name: 'text-similar',
  title: 'Most similar texts',
  summary: 'Finds the texts most similar to the new one, and answers as they do: for frequent questions.',
  needs: `Texts with their answers, of which there are ${ANSWERS_LEAST} or more; three wordings of a question will do.`,
  limits: `Compares with every text that it knows, of which it takes at most ${ROWS_MOST.toLocaleString('en-US')}.`,
  insight: 'none',
  misfit: (goal) =>
    !hasTexts(goal)
      ? 'needs a column of texts'
      : goal.task === 'regression'
        ? 'tells answers apart, and does not predict numbers'
        : answersOf(goal) < ANSWERS_LEAST
          ? 'is for many answers, as those to frequent questions are'
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
