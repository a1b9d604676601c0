/**
 * BLEU (Papineni et al. 2002) of all texts together, from 0 to 100, one reference each: the geometric mean of the shares of runs of one to
 * four words that the reference has too, less where the texts are shorter than it. As sacrebleu works it out (Post 2018, `tok:zh`, which
 * for texts without Chinese is `tok:13a`; `smooth:exp`): with no run of a length in common, half a run counts, a quarter the next time.
 */
import type { MetricOf, TranslationOutcome } from './metric.ts';

const RUN_MOST = 4; // words

export const bleu: MetricOf<TranslationOutcome> = {
  name: 'bleu',
  task: 'translation',
  compute: ({ texts }) => (texts && texts.said.length > 0 ? bleuOf(texts.said, texts.truth) : null),
};

export function bleuOf(said: readonly string[], truth: readonly string[]): number {
  const common = new Array<number>(RUN_MOST).fill(0);
  const total = new Array<number>(RUN_MOST).fill(0);
  let [saidWords, trueWords] = [0, 0];
  for (const [i, text] of said.entries()) {
    const words = bleuWords(text);
    const reference = bleuWords(truth[i]!);
    saidWords += words.length;
    trueWords += reference.length;
    for (let size = 1; size <= RUN_MOST; size++) {
      const known = runs(reference, size);
      for (const [run, count] of runs(words, size)) {
        common[size - 1]! += Math.min(count, known.get(run) ?? 0);
        total[size - 1]! += count;
      }
    }
  }
  if (common[0] === 0 || total.includes(0)) return 0;
  let smoothing = 1;
  const logs = common.map((count, i) => {
    if (count === 0) smoothing *= 2;
    return Math.log((count || 1 / smoothing) / total[i]!);
  });
  const brevity = Math.min(0, 1 - trueWords / saidWords);
  return 100 * Math.exp(brevity + logs.reduce((sum, log) => sum + log, 0) / RUN_MOST);
}

const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\u3000-\u303f\uff00-\uffef]/gu;

/** Words and signs as `13a` parts them; of scripts without spaces each character. */
export function bleuWords(text: string): string[] {
  return ` ${text.replace(UNSPACED, ' $& ')} `
    .replace(/[!-&(-+:-@[-`{-~/]/g, ' $& ')
    .replace(/([^0-9])([.,])/g, '$1 $2 ')
    .replace(/([.,])([^0-9])/g, ' $1 $2')
    .replace(/([0-9])(-)/g, '$1 $2 ')
    .split(/\s+/)
    .filter((word) => word !== '');
}

function runs(words: readonly string[], size: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let at = 0; at + size <= words.length; at++) {
    const run = words.slice(at, at + size).join(' ');
    counts.set(run, (counts.get(run) ?? 0) + 1);
  }
  return counts;
}
