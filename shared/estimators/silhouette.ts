/**
 * The silhouette (Rousseeuw 1987): how much nearer rows are to those of their own group than to those of the next. From −1 to 1;
 * above about 0.5 the groups are plain to see.
 */

/** Its work grows with the square of the rows: of more than these, evenly spread ones speak for all. */
const ROWS_MOST = 1000;

/** Mean over the rows; null where all are of one group. `x`: row-major [rows, width]. */
export function silhouette(x: Float32Array, width: number, groups: Int32Array): number | null {
  const step = Math.max(1, groups.length / ROWS_MOST);
  const rows = Array.from({ length: Math.floor(groups.length / step) }, (_, i) => Math.floor(i * step));
  const sizes = new Map<number, number>();
  for (const row of rows) sizes.set(groups[row]!, (sizes.get(groups[row]!) ?? 0) + 1);
  if (sizes.size < 2) return null;
  let total = 0;
  for (const row of rows) {
    const own = groups[row]!;
    if (sizes.get(own) === 1) continue; // alone in its group: 0 by definition
    const sums = new Map<number, number>();
    for (const other of rows) {
      let square = 0;
      for (let i = 0; i < width; i++) square += (x[row * width + i]! - x[other * width + i]!) ** 2;
      sums.set(groups[other]!, (sums.get(groups[other]!) ?? 0) + Math.sqrt(square));
    }
    const within = sums.get(own)! / (sizes.get(own)! - 1);
    const beyond = Math.min(
      ...[...sums].filter(([group]) => group !== own).map(([group, sum]) => sum / sizes.get(group)!),
    );
    const larger = Math.max(within, beyond);
    if (larger > 0) total += (beyond - within) / larger;
  }
  return total / rows.length;
}
