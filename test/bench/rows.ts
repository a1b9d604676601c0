/** A benchmark's table: one row for each case, contestant and metric. */
export interface Row {
  case: string;
  contestant: string;
  metric: string;
  unit: string;
  value: number;
  /** The contestant it is compared to, and this value ÷ that one's. */
  ratioTo: string | null;
  ratio: number | null;
}

export interface Measured {
  unit: string;
  /** By contestant, one a round. */
  values: Record<string, number[]>;
}

/** A contestant, and the one it is compared to. */
export type Comparison = readonly [contestant: string, to: string];

/**
 * The medians of a metric. A contestant that is compared has one row for each comparison, the others have one row;
 * by default the first contestant is compared to the second.
 */
export function rowsOf(
  name: string,
  metric: string,
  { unit, values }: Measured,
  comparisons: readonly Comparison[] = [Object.keys(values).slice(0, 2) as unknown as Comparison],
): Row[] {
  const medians = new Map(Object.entries(values).map(([contestant, all]) => [contestant, median(all)]));
  return [...medians].flatMap(([contestant, value]): Row[] => {
    const row = { case: name, contestant, metric, unit, value: round(value), ratioTo: null, ratio: null };
    const compared = comparisons.filter(([one, to]) => one === contestant && medians.has(to));
    if (compared.length === 0) return [row];
    return compared.map(([, to]) => {
      const ratio = value / medians.get(to)!;
      return { ...row, ratioTo: to, ratio: Number.isFinite(ratio) ? round(ratio) : null }; // none to 0
    });
  });
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
}

const round = (value: number): number => Number(value.toPrecision(3));
