/** Which snapshots of a run stay when there are too many: the first, the last, and between them more of the early ones, when most changes. */

/** The steps, ascending, that must go so that `most` are left. */
export function thinSteps(steps: readonly number[], most: number): number[] {
  const left = [...steps];
  const gone: number[] = [];
  while (left.length > Math.max(2, most)) {
    const gaps = left.slice(1, -1).map((_, i) => Math.sqrt(left[i + 2]!) - Math.sqrt(left[i]!));
    const [step] = left.splice(gaps.indexOf(Math.min(...gaps)) + 1, 1);
    gone.push(step!);
  }
  return gone;
}
