/** A small transformer that reads a text and says another, token by token: an encoder and a decoder (Vaswani et al. 2017). */
import type { ModelSpec } from '../model/model-spec.ts';
import { type Template, textColumns } from './template.ts';
import { splitFor } from './training-defaults.ts';

const LENGTH = 24; // tokens
const WIDTH = 128;
const HEADS = 4;
const LAYERS = 2;
const DROPOUT = 0.1;
const ROWS_LEAST = 200;
/** Sentences of some words are all different; more rows than this teach more of the rarer words. */
const MANY_ROWS = 5000;

export const textTranslation: Template = {
  name: 'text-translation',
  title: 'A text for a text, by attention',
  summary: 'Reads a text and says its translation token by token, looking back at what it read.',
  needs: `Two columns of texts that say the same; thousands of pairs, better tens of thousands, of up to some ${LENGTH / 2} words.`,
  limits:
    'It knows the words and turns of its training pairs alone. It learns for minutes on a runner, and an answer takes one pass for each token.',
  tasks: ['translation'],
  insight: 'none',
  misfit(goal) {
    if (textColumns(goal).length === 0) return 'needs a second column of texts, which it translates';
    return goal.profile.rows < ROWS_LEAST ? `needs ${ROWS_LEAST} pairs or more` : null;
  },
  build(goal) {
    const { target, profile } = goal;
    const [source] = textColumns(goal) as [string];
    const { rows } = profile;
    const vocabulary = rows < MANY_ROWS ? 1000 : 4000;
    return {
      schemaVersion: 1,
      task: 'translation',
      target,
      features: [
        {
          column: source,
          steps: [{ type: 'pieces', length: LENGTH, vocabulary, minCount: 2, lowercase: true }],
        },
      ],
      targetTokens: { length: LENGTH, vocabulary, minCount: 2 },
      model: encoderDecoder(`feature:${source}`, `feature:${target}`, vocabulary),
      split: splitFor(rows),
      training: {
        epochs: rows < MANY_ROWS ? 40 : 15,
        batchSize: 64,
        optimizer: { type: 'adam', learningRate: 1e-3 },
        schedule: { type: 'cosine', warmupSteps: 400, floor: 0 },
        loss: { type: 'cross-entropy', labelSmoothing: 0.1 },
        seed: 1,
        earlyStopping: { patience: 5 },
      },
    };
  },
};

/** Each half begins with vectors brought to one size, or the positions would drown them. */
function encoderDecoder(source: string, target: string, vocabulary: number): ModelSpec {
  const block = { heads: HEADS, hidden: 4 * WIDTH, dropout: DROPOUT };
  const positionsOf = (layer: number) => (layer === 0 ? 'sinusoidal' : 'none');
  const encoder = Array.from(
    { length: LAYERS },
    (_, layer): ModelSpec => [
      {
        type: 'transformer-encoder',
        id: `read-${layer + 1}`,
        inputs: [layer === 0 ? 'source' : `read-${layer}`, source],
        ...block,
        positions: positionsOf(layer),
      },
    ],
  );
  const decoder = Array.from(
    { length: LAYERS },
    (_, layer): ModelSpec => [
      {
        type: 'transformer-decoder',
        id: `say-${layer + 1}`,
        inputs: [layer === 0 ? 'target' : `say-${layer}`, 'read', source],
        ...block,
        positions: positionsOf(layer),
      },
    ],
  );
  return [
    { type: 'embedding', inputs: [source], count: vocabulary + 2, size: WIDTH },
    { type: 'layer-norm', id: 'source' },
    ...encoder.flat(),
    { type: 'layer-norm', id: 'read' },
    { type: 'embedding', inputs: [target], count: vocabulary + 3, size: WIDTH },
    { type: 'layer-norm', id: 'target' },
    ...decoder.flat(),
    { type: 'layer-norm' },
    { type: 'dropout', rate: DROPOUT },
  ];
}
