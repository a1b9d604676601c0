/**
 * Texts to terms: words or characters, alone or with their neighbours. Case and the forms of one character (NFKC) make no difference.
 * What a letter is, and its small form, is what the Unicode tables of the runtime say; for characters of Unicode 15 and before
 * all that we run on agree.
 */
import type { Made, Zod } from '../../schema/zod.ts';

export const analyzerOf = (z: Zod) => z.enum(['words', 'characters']);
export type Analyzer = Made<typeof analyzerOf>;

/** Runs of letters, digits and marks; scripts that are written without spaces give each character by itself. */
const WORD =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}])[\p{L}\p{N}\p{M}_'])+/gu;

/** Longest text that is looked at, characters. */
const TEXT_MOST = 100_000;

/** In the order of the text. Characters: all but spaces, of which a run counts as one. */
export function unitsOf(text: string, analyzer: Analyzer): string[] {
  const plain = text.slice(0, TEXT_MOST).normalize('NFKC').toLowerCase();
  return analyzer === 'words' ? (plain.match(WORD) ?? []) : [...plain.replace(/\s+/gu, ' ').trim()];
}

/** Terms of `least` to `most` units; words are joined by a space. */
export function* termsOf(
  text: string,
  analyzer: Analyzer,
  [least, most]: readonly [number, number],
): Generator<string> {
  const units = unitsOf(text, analyzer);
  const joint = analyzer === 'words' ? ' ' : '';
  for (let size = least; size <= most; size++) {
    for (let at = 0; at + size <= units.length; at++) yield units.slice(at, at + size).join(joint);
  }
}
