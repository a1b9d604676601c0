/** A text with one of its words left out at a time (occlusion); of a long text several words together. */
export interface Span {
  text: string;
  start: number;
  end: number;
}

/** Runs of letters and digits, and single characters of scripts without spaces. */
const WORD =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]\p{M}*|[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}'’-]*[\p{L}\p{M}\p{N}])?/gu;

/** At most `most` of them, of as many words each as that takes. */
export function spansOf(text: string, most: number): Span[] {
  const words = [...text.matchAll(WORD)].map(({ 0: word, index }) => ({
    start: index,
    end: index + word.length,
  }));
  const together = Math.ceil(words.length / most);
  const spans: Span[] = [];
  for (let first = 0; first < words.length; first += together) {
    const { start } = words[first]!;
    const { end } = words[Math.min(first + together, words.length) - 1]!;
    spans.push({ text: text.slice(start, end), start, end });
  }
  return spans;
}

/** The text without it; where it stood between two spaces, one is left. */
export function without(text: string, { start, end }: Span): string {
  const [before, after] = [text.slice(0, start), text.slice(end)];
  return /\s$/.test(before) && /^\s/.test(after) ? before + after.slice(1) : before + after;
}
