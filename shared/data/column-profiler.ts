/** Profiles the columns of a CSV row by row, in bounded memory: types, missing and distinct values, ranges, first rows. */
import { type ColumnProfile, type DatasetProfile, DISTINCT_LIMIT } from '../schema/dataset.ts';
import { isMissing, parseNumber, type RowHandler } from './rows.ts';

const TOP = 20;
const PREVIEW_ROWS = 20;
const PREVIEW_FIELD = 200; // characters
/** Longer values are told apart by their first characters. */
const KEY_LENGTH = 200;
/** Rough bytes of all counts held; beyond it, columns with the most values are no longer counted exactly. */
const COUNTS_BUDGET = 32 << 20;
const costOf = (key: string): number => 64 + 2 * key.length;

interface Column {
  name: string;
  numeric: boolean;
  missing: number;
  counts: Map<string, number>;
  /** Bytes of `counts`. */
  cost: number;
  /** Set once counting has stopped: different values seen until then. */
  capped: number | null;
  present: number;
  sum: number;
  min: number;
  max: number;
}

export function createProfiler(): RowHandler & { finish(): DatasetProfile } {
  let columns: Column[] = [];
  let rows = 0;
  let cost = 0;
  const preview: string[][] = [];

  function stopCounting(column: Column): void {
    column.capped = column.counts.size;
    column.counts = new Map([...column.counts].sort((a, b) => b[1] - a[1]).slice(0, TOP));
    cost -= column.cost;
  }

  function count(column: Column, field: string): void {
    const key = field.slice(0, KEY_LENGTH);
    const before = column.counts.get(key);
    if (before === undefined && column.capped !== null) return;
    column.counts.set(key, (before ?? 0) + 1);
    if (before !== undefined) return;
    column.cost += costOf(key);
    cost += costOf(key);
    if (column.counts.size >= DISTINCT_LIMIT) stopCounting(column);
    if (cost > COUNTS_BUDGET) {
      stopCounting(columns.filter((c) => c.capped === null).reduce((a, b) => (b.cost > a.cost ? b : a)));
    }
  }

  return {
    header(names) {
      columns = names.map((name) => ({
        name,
        numeric: true,
        missing: 0,
        counts: new Map(),
        cost: 0,
        capped: null,
        present: 0,
        sum: 0,
        min: Number.POSITIVE_INFINITY,
        max: Number.NEGATIVE_INFINITY,
      }));
    },
    row(fields) {
      rows += 1;
      if (preview.length < PREVIEW_ROWS) preview.push(fields.map((field) => field.slice(0, PREVIEW_FIELD)));
      columns.forEach((column, i) => {
        const field = fields[i] as string;
        if (isMissing(field)) {
          column.missing += 1;
          return;
        }
        column.present += 1;
        count(column, field);
        if (!column.numeric) return;
        const value = parseNumber(field);
        column.numeric = !Number.isNaN(value);
        column.sum += value;
        if (value < column.min) column.min = value;
        if (value > column.max) column.max = value;
      });
    },
    finish: () => ({ rows, columns: columns.map(profileOf), preview }),
  };
}

function profileOf(column: Column): ColumnProfile {
  const { name, missing, present, numeric } = column;
  const counts = numeric ? mergeSpellings(column.counts) : column.counts;
  const few = !numeric || (column.capped === null && counts.size <= TOP);
  const known = numeric && present > 0;
  return {
    name,
    type: numeric ? 'number' : 'category',
    missing,
    distinct: column.capped ?? counts.size,
    distinctCapped: column.capped !== null,
    top: few ? topOf(counts) : [],
    min: known ? column.min : null,
    max: known ? column.max : null,
    // a sum beyond float64 has no mean worth showing
    mean: known && Number.isFinite(column.sum) ? column.sum / present : null,
    image: null,
  };
}

/** "1", "1.0" and "1e0" are one number. */
function mergeSpellings(counts: Map<string, number>): Map<string, number> {
  const merged = new Map<string, number>();
  for (const [text, n] of counts) {
    const key = String(Number(text));
    merged.set(key, (merged.get(key) ?? 0) + n);
  }
  return merged;
}

/** Most frequent first; of equals, the one seen first. */
export function topOf(counts: Map<string, number>): ColumnProfile['top'] {
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .slice(0, TOP)
    .map(([value, n]) => ({ value, count: n }));
}
