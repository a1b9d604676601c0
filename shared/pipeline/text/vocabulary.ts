/** The terms worth knowing: those in the most texts. */

/** Term → number of texts that have it; the most frequent `limit`, of equals the first by UTF-16 code unit. */
export function vocabularyOf(
  texts: Iterable<Iterable<string>>,
  { limit, least }: { limit: number; least: number },
): [term: string, texts: number][] {
  const counts = new Map<string, number>();
  for (const terms of texts) {
    for (const term of new Set(terms)) counts.set(term, (counts.get(term) ?? 0) + 1);
  }
  return [...counts]
    .filter(([, count]) => count >= least)
    .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
    .slice(0, limit);
}
