/**
 * Texts as pieces that can be put together again: byte pairs that keep case, signs and spaces, of scripts with spaces between words and
 * without. A space is the mark ▁ at the head of the word that follows it.
 */
import type { Made, Zod } from '../../schema/zod.ts';
import { createSplitter, learnBytePairs } from './byte-pairs.ts';

const SPACE = '\u2581';

/** What is asked for where texts are made into pieces. */
export const pieceParams = (z: Zod) => ({
  /** Tokens of a text: longer ones are cut, shorter ones padded at the end. */
  length: z.int().min(1).max(512),
  /** Most pieces that are told apart, single characters included. */
  vocabulary: z.int().min(10).max(20_000).default(4000),
  /** Times that a piece must occur. */
  minCount: z.int().min(1).max(1_000_000).default(2),
});

/** How the target's texts are made into tokens. */
export const targetTokens = (z: Zod) => z.strictObject(pieceParams(z));
export type TargetTokens = Made<typeof targetTokens>;

/** The characters, and what is joined, in this order. */
export const piecesState = (z: Zod) =>
  z.strictObject({
    characters: z.array(z.string()),
    merges: z.array(z.tuple([z.string(), z.string()])),
  });
export type PiecesState = Made<typeof piecesState>;

/** The text that comes back: composed characters (NFC), and one space for each run of them. */
export const tidyText = (text: string): string =>
  text
    .normalize('NFC')
    .replace(/[\s\u2581]+/gu, ' ')
    .trim();

const UNSPACED = '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}';
const STARTS_UNSPACED = new RegExp(`^[${UNSPACED}]`, 'u');
/** Runs of letters and digits, and runs of signs; no piece reaches over their ends. */
const RUN = /\u2581?[\p{L}\p{M}\p{N}]+|\u2581?[^\p{L}\p{M}\p{N}\u2581]+|\u2581/gu;

/** A text's first word begins as the others do. Scripts without spaces have no such beginning. */
function runsOf(text: string): string[] {
  const tidy = tidyText(text);
  const begun = tidy === '' || STARTS_UNSPACED.test(tidy) ? tidy : ` ${tidy}`;
  return begun.replaceAll(' ', SPACE).match(RUN) ?? [];
}

export const learnPieces = (
  texts: readonly string[],
  { vocabulary, minCount }: { vocabulary: number; minCount: number },
): PiecesState => learnBytePairs(texts.flatMap(runsOf), { limit: vocabulary, least: minCount });

export interface Pieces {
  /** Different pieces. */
  count: number;
  /** Of each piece its number, from 0; −1 for a character that is not known. */
  split(text: string): number[];
  /** The text that these make: `tidyText` of the one that was split, where all its characters are known. */
  join(pieces: Iterable<number>): string;
}

/** Kept from call to call: an endpoint asks for one text at a time. */
const known = new WeakMap<PiecesState['merges'], Pieces>();

export function piecesOf({ characters, merges }: PiecesState): Pieces {
  const found = known.get(merges);
  if (found) return found;
  // two ways of joining may make the same piece
  const names = [...new Set([...characters, ...merges.map((pair) => pair.join(''))])];
  const places = new Map(names.map((name, place) => [name, place]));
  const splitRun = createSplitter({ merges });
  const made: Pieces = {
    count: names.length,
    split: (text) => runsOf(text).flatMap((run) => splitRun(run).map((piece) => places.get(piece) ?? -1)),
    join: (pieces) =>
      Array.from(pieces, (place) => names[place] ?? '')
        .join('')
        .replaceAll(SPACE, ' ')
        .trim(),
  };
  known.set(merges, made);
  return made;
}
