/**
 * A date, with or without the time of day, to numbers: parts such as the month, and places on a cycle such as the week, as sine
 * and cosine, so that December lies beside January. Parts are as written; a zone only moves `days`.
 */

import type { ColumnData } from '../../data/table.ts';
import { AppError } from '../../errors.ts';
import type { Made, Zod } from '../../schema/zod.ts';
import { type CalendarDate, CYCLES, dateOf, PARTS, parseDate } from '../calendar.ts';
import { exactCos, exactSin } from '../exact-trigonometry.ts';
import type { FeatureStep, FloatBlock } from '../step.ts';

const names = <T extends object>(of: T) => Object.keys(of) as [keyof T & string, ...(keyof T & string)[]];

const params = (z: Zod) =>
  z
    .strictObject({
      type: z.literal('date'),
      parts: z
        .array(z.enum(names(PARTS)))
        .max(10)
        .default(['days']),
      cycles: z
        .array(z.enum(names(CYCLES)))
        .max(10)
        .default(['month', 'weekday']),
    })
    .refine(({ parts, cycles }) => parts.length + cycles.length > 0, 'name a part or a cycle at least');
type Params = Made<typeof params>;
/** Days are counted from the first of the training rows, in units of their extent. */
const state = (z: Zod) => z.strictObject({ first: z.number(), extent: z.number().positive() });
type State = Made<typeof state>;

export const date = {
  type: 'date',
  summary: 'Turns a date into year, month, weekday and the like.',
  accepts: ['category'],
  gives: 'floats',
  shape: (params) => [widthOf(params)],
  takesMissing: false,
  takesAnyText: true,
  params,
  state,
  fit({ values }) {
    let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const value of values) {
      const { days } = read(value);
      first = Math.min(first, days);
      last = Math.max(last, days);
    }
    return { first, extent: last > first ? last - first : 1 };
  },
  apply({ values }, params, { first, extent }) {
    const width = widthOf(params);
    const data = new Float32Array(values.length * width);
    values.forEach((value, row) => {
      const when = read(value);
      let at = row * width;
      for (const part of params.parts) {
        data[at++] = part === 'days' ? (when.days - first) / extent : PARTS[part](when);
      }
      for (const cycle of params.cycles) {
        const share = CYCLES[cycle](when);
        data[at++] = exactSin(share);
        data[at++] = exactCos(share);
      }
    });
    return { type: 'floats', shape: [width], data };
  },
  /** The day, where `days` are among the parts. */
  inverse({ data }: FloatBlock, params, { first, extent }) {
    const [place, width] = [params.parts.indexOf('days'), widthOf(params)];
    const values = Array.from({ length: data.length / width }, (_, row) =>
      place < 0 ? null : dateOf(Math.floor(data[row * width + place]! * extent + first + extent * ROUNDING)),
    );
    return { type: 'category', values };
  },
  names: ({ parts, cycles }) => [
    ...parts,
    ...cycles.flatMap((cycle) => [`${cycle}, sine`, `${cycle}, cosine`]),
  ],
  python: ({ parts, cycles }, { first, extent }) =>
    `date_parts(x, ${JSON.stringify(parts)}, ${JSON.stringify(cycles)}, ${first}, ${extent})`,
  typescript: ({ parts, cycles }, { first, extent }) =>
    `dateParts(${JSON.stringify(parts)}, ${JSON.stringify(cycles)}, ${first}, ${extent})`,
} as const satisfies FeatureStep<Params, State, Extract<ColumnData, { type: 'category' }>>;

/** A day's beginning may lie below it by so much of the extent, as float32 rounds. */
const ROUNDING = 2 ** -23;

const widthOf = ({ parts, cycles }: Params): number => parts.length + 2 * cycles.length;

function read(value: string | null): CalendarDate {
  const when = parseDate(value ?? '');
  if (when) return when;
  throw new AppError(
    'invalid_data',
    `"${value}" is no date; expected one such as 2026-11-24, 2026-11-24T06:30 or 2026-11-24T06:30:00Z`,
  );
}
