/** Contestants measured in rounds, in an order that turns round from one to the next. */
import type { Measured } from './rows.ts';

export const measured = (unit: string, contestants: Iterable<string>): Measured => ({
  unit,
  values: Object.fromEntries([...contestants].map((name) => [name, []])),
});

export function alternating<T>(contestants: ReadonlyMap<string, T>, round: number): [string, T][] {
  return round % 2 === 0 ? [...contestants] : [...contestants].reverse();
}

/** Cases named on the command line after the benchmark's name; all where there are none. */
export function wantedCases<T>(cases: Readonly<Record<string, T>>): [string, T][] {
  const named = process.argv.slice(3);
  const all = Object.entries(cases);
  for (const name of named) {
    if (!(name in cases)) throw new Error(`No case "${name}": ${all.map(([one]) => one).join(', ')}`);
  }
  return named.length > 0 ? all.filter(([name]) => named.includes(name)) : all;
}

/** The table goes to stdout, all else beside it. */
export const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

export const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).trim().split('\n')[0]!;
