/** Which classes are taken for which: the largest by name, the others put together. */
import { confusionMatrix } from '../../evaluate/confusion.ts';
import type { Confusion } from '../../schema/snapshot.ts';
import { label, type SnapshotMaker } from './moment.ts';

const CLASSES = 20;

export const confusion: SnapshotMaker<'confusion'> = {
  part: 'confusion',
  make({ outcome, fitted: { output } }) {
    if (outcome?.task !== 'classification' || output.task !== 'classification') return undefined;
    return bundled(confusionMatrix(outcome), output.classes);
  },
};

/** `counts`: by the true class, then by the one that was said; `most` classes stand for themselves. */
export function bundled(
  counts: readonly Int32Array[],
  classes: readonly string[],
  most = CLASSES,
): Confusion {
  const sizes = counts.map((said) => said.reduce((sum, count) => sum + count, 0));
  const bySize = classes.map((_, place) => place).sort((a, b) => sizes[b]! - sizes[a]! || a - b);
  const kept = bySize.slice(0, most).sort((a, b) => a - b);
  const rest = classes.length - kept.length;
  const names = kept.map((place) => label(classes[place]!));
  /** Where each class is counted. */
  const to = classes.map((_, place) => (kept.includes(place) ? kept.indexOf(place) : kept.length));
  const side = kept.length + (rest > 0 ? 1 : 0);
  const summed = Array.from({ length: side }, () => new Array<number>(side).fill(0));
  for (const [truth, said] of counts.entries())
    for (const [place, count] of said.entries()) summed[to[truth]!]![to[place]!]! += count;
  return { classes: rest > 0 ? [...names, `${rest} others`] : names, bundled: rest, counts: summed };
}
