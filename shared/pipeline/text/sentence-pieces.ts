/**
 * Texts cut into pieces of a vocabulary that others learnt, each with a score, so that the sum of the scores is greatest (Kudo 2018,
 * as SentencePiece does it). Ids, and what becomes of ties and of what is unknown, are as in the tokenizer that TensorFlow.js has for
 * Universal Sentence Encoder: an unknown character costs nothing, and a place that no piece reaches counts as a beginning.
 */
import type { Made, Zod } from '../../schema/zod.ts';

/** What the list of pieces is called in the metadata of a file of weights. */
export const VOCABULARY = 'vocabulary';

/** The id of a piece is its place; one without a score costs nothing. */
export const vocabularyOf = (z: Zod) => z.array(z.tuple([z.string(), z.number().nullable()])).min(1);
export type Vocabulary = Made<typeof vocabularyOf>;

const UNKNOWN = 0;
/** The first pieces are no text: unknown, begin, end and the like. */
const RESERVED = 6;
const SPACE = '\u2581';
/** Longest text that is looked at, characters. */
const TEXT_MOST = 100_000;

interface Node {
  next: Map<string, Node>;
  /** Of the piece that ends here. */
  id?: number;
}

export function createPieceTokenizer(vocabulary: Vocabulary): (text: string) => number[] {
  const root: Node = { next: new Map() };
  for (const [id, [piece]] of vocabulary.entries()) {
    if (id < RESERVED) continue;
    let node = root;
    for (const char of piece) {
      const found = node.next.get(char) ?? { next: new Map() };
      node.next.set(char, found);
      node = found;
    }
    node.id = id;
  }
  const lengths = vocabulary.map(([piece]) => [...piece].length);

  return (text) => {
    const plain = text.slice(0, TEXT_MOST).normalize('NFKC');
    if (plain === '') return [];
    const chars = [...(SPACE + plain.replaceAll(' ', SPACE))];
    const best = new Float64Array(chars.length + 1);
    /** The piece that ends before each place. */
    const last = new Int32Array(chars.length + 1);
    for (let start = 0; start < chars.length; start++) {
      let node = root.next.get(chars[start]!);
      let isKnown = false;
      for (let end = start + 1; node; node = node.next.get(chars[end++]!)) {
        if (node.id === undefined) continue;
        isKnown = true;
        reach(end, node.id, best[start]! + (vocabulary[node.id]![1] ?? 0));
      }
      if (!isKnown) reach(start + 1, UNKNOWN, best[start]!);
    }
    const ids: number[] = [];
    for (let end = chars.length; end > 0; end -= lengths[last[end]!]!) {
      const id = last[end]!;
      if (id !== UNKNOWN || ids.at(-1) !== UNKNOWN) ids.push(id);
    }
    return ids.reverse();

    function reach(end: number, id: number, score: number): void {
      if (best[end] !== 0 && score < best[end]!) return;
      best[end] = score;
      last[end] = id;
    }
  };
}
