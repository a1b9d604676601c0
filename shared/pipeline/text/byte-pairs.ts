/**
 * Parts of words that occur often, learnt by pair merging (Sennrich, Haddow and Birch 2016): words begin as characters, and the pair
 * of neighbours that occurs most is joined, again and again. A word's first part carries the mark ▁, so that “at” within a word is
 * not “at” alone.
 */
import { unitsOf } from './terms.ts';

const START = '\u2581';

/** A pair as one key: no part holds a space. */
const keyOf = (left: string, right: string): string => `${left} ${right}`;

export const wordsOf = (text: string): string[] => unitsOf(text, 'words').map((word) => START + word);

export interface BytePairs {
  /** Characters that words are made of, the most frequent first. */
  characters: string[];
  /** What is joined, in this order. */
  merges: [left: string, right: string][];
}

interface Pair {
  count: number;
  /** Places of the words that have it. */
  words: Set<number>;
}

/**
 * `limit`: most parts, characters included; a pair must occur `least` times. Of pairs that occur alike the first by UTF-16 code unit
 * is joined, so that all programs learn the same.
 */
export function learnBytePairs(
  words: Iterable<string>,
  { limit, least }: { limit: number; least: number },
): BytePairs {
  const counts = countOf(words);
  const all = [...counts].map(([word, count]) => ({ parts: [...word], count }));
  const letters = new Map<string, number>();
  for (const { parts, count } of all)
    for (const part of parts) letters.set(part, (letters.get(part) ?? 0) + count);
  const characters = [...letters]
    .filter(([, count]) => count >= least)
    .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
    .slice(0, limit)
    .map(([letter]) => letter);
  const merges: BytePairs['merges'] = [];
  const pairs = new Map<string, Pair>();
  // Only pairs that occur `floor` times are looked through for the next; when none is left that does, the floor falls.
  let floor = Number.POSITIVE_INFINITY;
  let frequent = new Map<string, Pair>();
  const note = (place: number, sign: 1 | -1): void => {
    const { parts, count } = all[place]!;
    for (let i = 0; i + 1 < parts.length; i++) {
      const key = keyOf(parts[i]!, parts[i + 1]!);
      const pair = pairs.get(key) ?? { count: 0, words: new Set<number>() };
      pair.count += sign * count;
      if (sign > 0) pair.words.add(place);
      if (pair.count === 0) pairs.delete(key);
      else pairs.set(key, pair);
      if (pair.count < floor) frequent.delete(key);
      else frequent.set(key, pair);
    }
  };
  for (const place of all.keys()) note(place, 1);
  while (characters.length + merges.length < limit) {
    let best: string | undefined;
    let most = 0;
    if (frequent.size === 0) {
      const top = [...pairs.values()].reduce((top, { count }) => Math.max(top, count), 0);
      if (top < least) break;
      floor = Math.max(least, top / 2);
      frequent = new Map([...pairs].filter(([, { count }]) => count >= floor));
    }
    for (const [key, { count }] of frequent) {
      if (count > most || (count === most && best !== undefined && key < best)) [best, most] = [key, count];
    }
    const merge = best!.split(' ') as [string, string];
    merges.push(merge);
    for (const place of pairs.get(best!)!.words) {
      note(place, -1);
      all[place]!.parts = joined(all[place]!.parts, merge);
      note(place, 1);
    }
    pairs.delete(best!);
    frequent.delete(best!);
  }
  return { characters, merges };
}

/** Splits words into parts that are known; a character that is not known stays by itself. */
export function createSplitter({ merges }: Pick<BytePairs, 'merges'>): (word: string) => readonly string[] {
  const ranks = new Map(merges.map(([left, right], place) => [keyOf(left, right), place]));
  const split = (word: string): string[] => {
    let parts = [...word];
    for (;;) {
      const places = parts.slice(1).map((part, i) => ranks.get(keyOf(parts[i]!, part)) ?? merges.length);
      const first = places.reduce((a, b) => Math.min(a, b), merges.length);
      if (first === merges.length) return parts;
      parts = joined(parts, merges[first]!);
    }
  };
  const seen = new Map<string, readonly string[]>();
  return (word) => {
    const found = seen.get(word) ?? split(word);
    if (seen.size < WORDS_KEPT) seen.set(word, found);
    return found;
  };
}
const WORDS_KEPT = 50_000;

/** Wherever the two stand side by side, from the left, they become one. */
function joined(parts: readonly string[], [left, right]: readonly [string, string]): string[] {
  const out: string[] = [];
  for (let i = 0; i < parts.length; i++) {
    const isPair = parts[i] === left && parts[i + 1] === right;
    out.push(isPair ? left + right : parts[i]!);
    if (isPair) i += 1;
  }
  return out;
}

function countOf(words: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}
