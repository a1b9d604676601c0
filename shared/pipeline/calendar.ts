/** Dates as ISO 8601 writes them, read without the engine's own calendar, and what can be told of one. */

export interface CalendarDate {
  year: number;
  /** 1 to 12. */
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  /** Since the beginning of 1970, with the time of day as a fraction, at the place of the zone if one is written. */
  days: number;
}

const ISO =
  /^(\d{4})-(\d\d)(?:-(\d\d))?(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?)?(Z|[+-]\d\d(?::?\d\d)?)?$/;

/** Null for what is no date of the Gregorian calendar. A month without a day is its first. */
export function parseDate(text: string): CalendarDate | null {
  const match = ISO.exec(text.trim());
  if (!match) return null;
  const [year, month, day, hour, minute, second] = match
    .slice(1, 7)
    .map((part, i) => (part === undefined ? (i === 2 ? 1 : 0) : Number(part))) as [
    ...[number, number, number, number, number, number],
  ];
  const sound = month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
  if (!sound || hour > 23 || minute > 59 || second > 60) return null;
  const time = hour * 60 + minute - offsetOf(match[7]);
  return {
    year,
    month,
    day,
    hour,
    minute,
    second,
    days: dayNumber(year, month, day) + (time + second / 60) / 1440,
  };
}

/** Minutes east of Greenwich. */
function offsetOf(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z') return 0;
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  return zone.startsWith('-') ? -minutes : minutes;
}

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

const daysIn = (year: number, month: number): number =>
  month === 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;

/** Days since 1 January 1970: whole years and leap days before it, then the months. */
function dayNumber(year: number, month: number, day: number): number {
  const before = year - 1;
  const leaps = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400);
  return before * 365 + leaps - 719_162 + dayOfYear(year, month, day) - 1;
}

/** The date that is so many whole days after the beginning of 1970, as ISO 8601 writes it; null beyond the years 1 to 9999. */
export function dateOf(days: number): string | null {
  const year = [-1, 0, 1]
    .map((by) => Math.floor(1970 + days / 365.2425) + by)
    .findLast((one) => dayNumber(one, 1, 1) <= days)!;
  if (!(year >= 1 && year <= 9999)) return null;
  let day = days - dayNumber(year, 1, 1) + 1;
  let month = 1;
  for (; day > daysIn(year, month); month++) day -= daysIn(year, month);
  return [String(year).padStart(4, '0'), ...[month, day].map((part) => String(part).padStart(2, '0'))].join(
    '-',
  );
}

function dayOfYear(year: number, month: number, day: number): number {
  let days = day;
  for (let m = 1; m < month; m++) days += daysIn(year, m);
  return days;
}

/** 0 for Monday to 6 for Sunday. */
const weekday = ({ year, month, day }: CalendarDate): number =>
  (((dayNumber(year, month, day) + 3) % 7) + 7) % 7;

const minuteOfDay = ({ hour, minute }: CalendarDate): number => hour * 60 + minute;

export const PARTS = {
  days: ({ days }: CalendarDate) => days,
  year: ({ year }: CalendarDate) => year,
  month: ({ month }: CalendarDate) => month,
  day: ({ day }: CalendarDate) => day,
  'day-of-year': ({ year, month, day }: CalendarDate) => dayOfYear(year, month, day),
  weekday,
  weekend: (when: CalendarDate) => (weekday(when) >= 5 ? 1 : 0),
  hour: ({ hour }: CalendarDate) => hour,
  minute: ({ minute }: CalendarDate) => minute,
};

/** How far through the cycle, from 0 to below 1. */
export const CYCLES = {
  month: ({ month }: CalendarDate) => (month - 1) / 12,
  'day-of-year': ({ year, month, day }: CalendarDate) =>
    (dayOfYear(year, month, day) - 1) / (isLeap(year) ? 366 : 365),
  weekday: (when: CalendarDate) => weekday(when) / 7,
  hour: (when: CalendarDate) => minuteOfDay(when) / 1440,
};
