/** Lines of their own x made into columns of one table, as uPlot wants them: null where a line has no point. */

export type Table = readonly [x: readonly number[], y: readonly number[]];

/** Each x ascending, once in a line. */
export function align(tables: readonly Table[]): [x: number[], ...y: (number | null)[][]] {
  const xs: number[] = [];
  const ys: (number | null)[][] = tables.map(() => []);
  const at = tables.map(() => 0);
  for (;;) {
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < tables.length; i++) least = Math.min(least, tables[i]![0][at[i]!] ?? least);
    if (least === Number.POSITIVE_INFINITY) return [xs, ...ys];
    xs.push(least);
    for (let i = 0; i < tables.length; i++) {
      const [x, y] = tables[i]!;
      const has = x[at[i]!] === least;
      ys[i]!.push(has ? y[at[i]!]! : null);
      if (has) at[i]! += 1;
    }
  }
}
