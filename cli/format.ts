/** Values as people read them: tables, sizes, durations, metrics. */
import { stripVTControlCharacters } from 'node:util';
import type { MetricValues, RunMetrics } from '../shared/schema/metric.ts';

/** Columns padded to their widest cell, two spaces apart; the last is left as it is. */
export function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const width = (text: string) => stripVTControlCharacters(text).length;
  const widths = head.map((title, i) => Math.max(width(title), ...rows.map((row) => width(row[i] ?? ''))));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (i === cells.length - 1 ? cell : cell + ' '.repeat(widths[i]! - width(cell))))
      .join('  ');
  return [head, ...rows].map((cells) => line(cells).trimEnd()).join('\n');
}

export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB'];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 999.95 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value.toFixed(1)} ${units[unit]}`;
}

export function formatDuration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Four significant digits, without an exponent where one can do without. */
export function formatNumber(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** The two splits side by side: a metric a line. */
export function formatMetrics({ validation, test }: RunMetrics): string {
  const names = Object.keys({ ...validation, ...test }) as (keyof MetricValues)[];
  const cell = (value: number | undefined) => (value === undefined ? '' : formatNumber(value));
  return formatTable(
    ['metric', 'validation', 'test'],
    names.map((name) => [name, cell(validation[name]), cell(test[name])]),
  );
}

/** The metric a list shows for a run: the first of its test metrics that is not the loss. */
export function headline(metrics: RunMetrics | null): string {
  const entry = Object.entries(metrics?.test ?? {}).find(([name]) => name !== 'loss');
  return entry ? `${entry[0]} ${formatNumber(entry[1])}` : '';
}
