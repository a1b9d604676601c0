/**
 * For tests: a language that a small transformer learns in seconds. Sentences such as “the red dog sees a cat” and, by a stated rule, what
 * they are in another: each word has one word for it, and an adjective stands behind its noun.
 */
import type { Table } from '../data/table.ts';
import type { NetworkPipeline } from '../definition/pipeline-spec.ts';
import { createRandom } from '../graph/random.ts';

const WORDS: Readonly<Record<string, string>> = {
  ...{ the: 'le', a: 'un', dog: 'chien', cat: 'chat', bird: 'oiseau', man: 'homme' },
  ...{ red: 'rouge', big: 'grand', small: 'petit', old: 'vieux' },
  ...{ sees: 'voit', hears: 'entend', likes: 'aime' },
};
const NOUNS = ['dog', 'cat', 'bird', 'man'];
const ADJECTIVES = ['red', 'big', 'small', 'old'];

/** The rule. */
export function translated(sentence: string): string {
  const words = sentence.slice(0, -1).split(' ');
  const ordered = words.flatMap((word, i) => {
    if (ADJECTIVES.includes(words[i - 1] ?? '')) return [word, words[i - 1]!];
    return ADJECTIVES.includes(word) ? [] : [word];
  });
  return `${ordered.map((word) => WORDS[word]!).join(' ')}.`;
}

export function sentences(count: number, seed = 1): string[] {
  const random = createRandom(seed);
  const oneOf = (list: readonly string[]) => list[Math.floor(random() * list.length)]!;
  const thing = () =>
    [oneOf(['the', 'a']), ...(random() < 0.5 ? [oneOf(ADJECTIVES)] : []), oneOf(NOUNS)].join(' ');
  return Array.from({ length: count }, () => `${thing()} ${oneOf(['sees', 'hears', 'likes'])} ${thing()}.`);
}

export function tinyLanguageTable(rows: number): Table {
  const english = sentences(rows);
  return {
    rows,
    columns: new Map([
      ['english', { type: 'category', values: english }],
      ['french', { type: 'category', values: english.map(translated) }],
    ]),
  };
}

const SOURCE = 'feature:english';
const block = { heads: 2, hidden: 64, dropout: 0, positions: 'sinusoidal' } as const;

export function tinyLanguageSpec(training: Partial<NetworkPipeline['training']> = {}): NetworkPipeline {
  const pieces = { length: 12, vocabulary: 100, minCount: 2 };
  return {
    schemaVersion: 1,
    task: 'translation',
    target: 'french',
    features: [{ column: 'english', steps: [{ type: 'pieces', ...pieces, lowercase: false }] }],
    targetTokens: pieces,
    model: [
      { type: 'embedding', inputs: [SOURCE], count: 102, size: 32 },
      { type: 'layer-norm', id: 'source' },
      { type: 'transformer-encoder', inputs: ['source', SOURCE], ...block },
      { type: 'layer-norm', id: 'read' },
      { type: 'embedding', inputs: ['feature:french'], count: 103, size: 32 },
      { type: 'layer-norm', id: 'target' },
      { type: 'transformer-decoder', inputs: ['target', 'read', SOURCE], ...block },
      { type: 'layer-norm' },
    ],
    split: { validation: 0.1, test: 0.2 },
    training: {
      epochs: 20,
      batchSize: 16,
      optimizer: { type: 'adam', learningRate: 3e-3 },
      seed: 1,
      earlyStopping: null,
      ...training,
    },
  };
}
