/** Forecasting the next value of a series from those before it, and from the date. */
import { holdsDates } from '../definition/text-column.ts';
import { parseDate } from '../pipeline/calendar.ts';
import type { FeatureSpec } from '../pipeline/feature-spec.ts';
import type { ColumnProfile, DatasetProfile } from '../schema/dataset.ts';
import type { Template } from './template.ts';

const ROWS_LEAST = 40;

export const seriesForecast: Template = {
  name: 'series-forecast',
  title: 'Forecast',
  summary: 'The next value, from the latest ones, those a season ago, and the date.',
  needs: 'Rows in the order of time, one for each moment, with a date and a number.',
  limits: 'It looks one row ahead; further ahead, its own forecasts must be given back to it.',
  insight: 'weights',
  misfit(goal) {
    if (goal.task !== 'regression') return 'predicts numbers, not classes';
    if (!timeOf(goal.profile))
      return 'needs rows in the order of time, each with a date of its own such as 2026-11-24';
    return goal.profile.rows < ROWS_LEAST ? `needs ${ROWS_LEAST} rows or more` : null;
  },
  build({ profile, target, task }) {
    const time = timeOf(profile)!;
    const { season, cycles } = RHYTHMS.find(({ days }) => time.step <= days)!;
    const lags = lagsFor(season, profile.rows);
    const history = Math.max(...lags);
    const features: FeatureSpec[] = [{ column: target, history, steps: [{ type: 'lags', lags }] }];
    if (cycles.length > 0) {
      features.push({ column: time.column, steps: [{ type: 'date', parts: ['days'], cycles: [...cycles] }] });
    }
    return {
      schemaVersion: 1,
      kind: 'estimator',
      task,
      target,
      features,
      model: { type: 'ridge', l2: 0.1 },
      split: { validation: 0.15, test: 0.2, order: 'time' },
      training: { seed: 1 },
    };
  },
};

/** Rows of a season, by how many days lie between two rows, at most. */
const RHYTHMS = [
  { days: 0.03, season: 48, cycles: ['hour', 'weekday'] },
  { days: 0.05, season: 24, cycles: ['hour', 'weekday'] },
  { days: 2, season: 7, cycles: ['weekday', 'day-of-year'] },
  { days: 10, season: 52, cycles: ['day-of-year'] },
  { days: 45, season: 12, cycles: ['month'] },
  { days: Number.POSITIVE_INFINITY, season: 1, cycles: [] },
] as const;

/** The latest, and those about one season ago, and of short seasons one of seven. */
function lagsFor(season: number, rows: number): number[] {
  const near = Array.from({ length: season <= 13 ? Math.max(season + 1, 10) : 4 }, (_, i) => i + 1);
  const weeks = season === 24 || season === 48 ? [7 * season] : [];
  const far = [season - 1, season, season + 1, ...weeks].filter((lag) => lag >= 1);
  return [...new Set([...near, ...far])].filter((lag) => lag * 4 <= rows).sort((a, b) => a - b);
}

/** The column of dates, each row with its own, and the days between the first rows. */
function timeOf(profile: DatasetProfile): { column: string; step: number } | null {
  const isTime = (column: ColumnProfile) =>
    holdsDates(profile, column) && (column.distinctCapped || column.distinct === profile.rows);
  const place = profile.columns.findIndex(isTime);
  if (place < 0) return null;
  const days = profile.preview.map((row) => parseDate(row[place] ?? '')!.days);
  const steps = days.slice(1).map((day, i) => day - days[i]!);
  if (steps.length === 0 || steps.some((step) => step <= 0)) return null;
  return { column: profile.columns[place]!.name, step: steps.sort((a, b) => a - b)[steps.length >> 1]! };
}
