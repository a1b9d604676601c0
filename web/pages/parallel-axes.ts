/** The axes of parallel coordinates: of numbers from the least to the greatest, by magnitude where they span a hundredfold; of words one place each. */
import type { Json } from '../../shared/schema/sweep.ts';

export interface Axis {
  path: string;
  /** What stands at its ends. */
  low: string;
  high: string;
  /** Where a value lies, 0 to 1. */
  place(value: Json): number;
}

type Values = Readonly<Record<string, Json>>;

const HUNDREDFOLD = 100;

/** An axis for each path that differs between the rows, `most` at most, in the order of their first appearance. */
export function axesOf(rows: readonly Values[], most: number): Axis[] {
  const paths = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  // the score, which has the empty path, comes last
  const ordered = [
    ...paths.filter((path) => path !== '').slice(0, most - 1),
    ...paths.filter((path) => path === ''),
  ];
  return ordered.flatMap((path) => {
    const values = rows.flatMap((row) => (path in row ? [row[path]!] : []));
    const texts = [...new Set(values.map(shown))];
    if (texts.length < 2 && path !== '') return [];
    return [
      values.every((value) => typeof value === 'number')
        ? ofNumbers(path, values as number[])
        : ofWords(path, texts),
    ];
  });
}

/** Null where the row has no such value. */
export const heightOf = (axis: Axis, value: Json | undefined): number | null =>
  value === undefined ? null : axis.place(value);

function ofNumbers(path: string, values: readonly number[]): Axis {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const scale = low > 0 && high / low >= HUNDREDFOLD ? Math.log : (value: number) => value;
  const span = scale(high) - scale(low) || 1;
  return {
    ...{ path, low: shown(low), high: shown(high) },
    place: (value) => (scale(Number(value)) - scale(low)) / span,
  };
}

function ofWords(path: string, texts: readonly string[]): Axis {
  const sorted = [...texts].sort();
  return {
    ...{ path, low: sorted[0]!, high: sorted.at(-1)! },
    place: (value) => sorted.indexOf(shown(value)) / Math.max(1, sorted.length - 1),
  };
}

const SHOWN = 12;
function shown(value: Json): string {
  if (typeof value === 'number') return String(Number(value.toPrecision(3)));
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
