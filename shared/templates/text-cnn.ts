/** Word vectors and filters over three neighbours at a time, the strongest answer of each: a convolutional network for texts. */
import { hasTexts, type Template } from './template.ts';
import { splitFor, trainingFor } from './training-defaults.ts';

const LENGTH = 64; // tokens
const VOCABULARY = 8000;

export const textCnn: Template = {
  name: 'text-cnn',
  title: 'Phrases, by learnt filters',
  summary: 'Learns a vector for each word, and filters that find telling phrases.',
  needs: `Some thousand texts; it reads the first ${LENGTH} words.`,
  limits: 'With fewer texts weighing words does better, and quicker.',
  insight: 'none',
  misfit(goal) {
    if (!hasTexts(goal)) return 'needs a column of texts';
    return goal.features.length > 1 ? 'reads one column of texts and no others' : null;
  },
  build: ({ profile: { rows }, target, task, features }) => ({
    schemaVersion: 1,
    task,
    target,
    features: features.map(({ column }) => ({
      column,
      steps: [{ type: 'tokens', analyzer: 'words', length: LENGTH, vocabulary: VOCABULARY, minCount: 2 }],
    })),
    model: [
      { type: 'embedding', count: VOCABULARY + 2, size: 64 },
      { type: 'dropout', rate: 0.3 },
      {
        type: 'conv1d',
        filters: 128,
        kernelSize: 3,
        stride: 1,
        dilation: 1,
        padding: 'same',
        activation: 'relu',
      },
      { type: 'global-max-pooling' },
      { type: 'dropout', rate: 0.5 },
    ],
    split: splitFor(rows),
    training: { ...trainingFor(rows, 15, 1e-3), earlyStopping: { patience: 3 } },
  }),
};
