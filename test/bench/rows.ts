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

/** The medians of a metric; those of the first contestant are compared to the second's. */
export function rowsOf(name: string, metric: string, { unit, values }: Measured): Row[] {
  const medians = Object.entries(values).map(([contestant, all]) => ({ contestant, value: median(all) }));
  const [first, other] = medians;
  return medians.map(({ contestant, value }) => {
    const against = contestant === first?.contestant ? other : undefined;
    return {
      case: name,
      contestant,
      metric,
      unit,
      value: round(value),
      ratioTo: against?.contestant ?? null,
      ratio: against ? round(value / against.value) : null,
    };
  });
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
}

const round = (value: number): number => Number(value.toPrecision(3));
