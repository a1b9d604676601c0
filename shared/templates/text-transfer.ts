/** A head on top of Universal Sentence Encoder Lite, which knows English already and is left as it is, beside the words themselves. */
import { universalSentenceEncoderLite } from '../model/backbones/universal-sentence-encoder-lite.ts';
import { featureName } from '../pipeline/feature-name.ts';
import { type Goal, hasTexts, type Template, withLetters } from './template.ts';
import { splitFor, trainingFor } from './training-defaults.ts';

/** Tokens that are read of a text; its encoder has learnt positions up to the last of these. */
const LENGTHS = [32, 64, 128];
/** Characters of a token, a cautious few. */
const TOKEN = 3;
/** Letters that are Latin, of all: below this it is hardly English. */
const LATIN_LEAST = 0.8;

export const textTransfer: Template = {
  name: 'text-transfer',
  title: 'English texts by transfer',
  summary:
    'Universal Sentence Encoder Lite, which knows English already, says what each text means; only how to answer is learnt.',
  needs: 'English texts; some hundred will do.',
  limits: `Knows English only, and reads the first ${LENGTHS.at(-1)} tokens, some ninety words.`,
  insight: 'none',
  weights: universalSentenceEncoderLite.weights,
  misfit(goal) {
    if (!hasTexts(goal)) return 'needs a column of texts';
    return latinShare(goal) < LATIN_LEAST
      ? 'knows English only, and these texts are in another script'
      : null;
  },
  build(goal) {
    const { profile, target, task } = goal;
    const { column } = textOf(goal);
    const meaning = `${column} meaning`;
    const beside = withLetters(goal);
    return {
      schemaVersion: 1,
      task,
      target,
      features: [
        ...beside,
        {
          column,
          name: meaning,
          steps: [
            {
              type: 'sentence-pieces',
              vocabulary: 'universal-sentence-encoder-lite',
              length: lengthFor(goal),
            },
          ],
        },
      ],
      model: [
        {
          type: 'universal-sentence-encoder-lite',
          id: 'meaning',
          inputs: [`feature:${meaning}`],
          frozenLayers: 4,
        },
        {
          type: 'concatenate',
          inputs: ['meaning', ...beside.map((feature) => `feature:${featureName(feature)}`)],
        },
        { type: 'dropout', rate: 0.3 },
      ],
      split: splitFor(profile.rows),
      training: trainingFor(profile.rows, 60, 1e-3, 20),
    };
  },
};

/** The column of texts that is read; there may be more. */
const textOf = ({ features }: Goal) =>
  features.find(({ steps }) => steps.some(({ type }) => type === 'tfidf'))!;

/** The first rows' and the most frequent texts. */
function samples(goal: Goal): string[] {
  const { columns, preview } = goal.profile;
  const { column } = textOf(goal);
  const place = columns.findIndex(({ name }) => name === column);
  return [...preview.map((row) => row[place] ?? ''), ...columns[place]!.top.map(({ value }) => value)];
}

function latinShare(goal: Goal): number {
  const text = samples(goal).join(' ');
  const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
  return count(/\p{Script=Latin}/gu) / Math.max(count(/\p{L}/gu), 1);
}

/** Enough for most of the texts, and no more: every token costs time. */
function lengthFor(goal: Goal): number {
  const longest = Math.max(...samples(goal).map((text) => text.length));
  return LENGTHS.find((length) => length * TOKEN >= longest) ?? LENGTHS.at(-1)!;
}
