/** Functions that generated TypeScript preprocessing may use. */
import { TYPESCRIPT_SOUND_HELPERS } from './sound-helpers.ts';

/**
 * Functions that generated preprocessing calls; a file gets those that it uses. Each gives a function that does to one value what the
 * feature step of the same use does.
 */
export const TYPESCRIPT_HELPERS: Readonly<Record<string, string>> = {
  fill: `/** Puts \`otherwise\` where there is no value. */
const fill = <T extends number | string>(otherwise: T) => (value: T | null): T =>
  value === null || Number.isNaN(value) ? otherwise : value;`,
  isMissing: `/** 1 where there is no value. */
const isMissing = (value: number | string | null): number => (value === null || Number.isNaN(value) ? 1 : 0);`,
  lags: `/** Earlier values: 1 is the latest. */
const lags = (back: readonly number[], mean: number, std: number) => (history: readonly number[]): number[] =>
  back.map((lag) => (history.at(-lag)! - mean) / std);`,
  differences: `/** How much the latest value is above earlier ones. */
const differences = (over: readonly number[], std: number) => (history: readonly number[]): number[] =>
  over.map((rows) => (history.at(-1)! - history.at(-1 - rows)!) / std);`,
  statistics: `/** Of the latest values, on the column's scale. */
const statistics = (sizes: readonly number[], names: readonly string[], mean: number, std: number) => (
  history: readonly number[],
): number[] =>
  sizes.flatMap((size) => {
    const window = history.slice(-size);
    const centre = window.reduce((sum, one) => sum + one, 0) / size;
    const spread = Math.sqrt(window.reduce((sum, one) => sum + (one - centre) ** 2, 0) / size);
    const known: Record<string, number> = {
      mean: (centre - mean) / std,
      min: (Math.min(...window) - mean) / std,
      max: (Math.max(...window) - mean) / std,
      std: spread / std,
    };
    return names.map((name) => known[name]!);
  });`,
  scale: `/** (value - centre) / spread */
const scale = (centre: number, spread: number) => (value: number): number => (value - centre) / spread;`,
  clip: `/** Brings what lies outside to the nearer limit. */
const clip = (least: number, most: number) => (value: number): number => Math.min(Math.max(value, least), most);`,
  signedLog: `/** The logarithm of 1 + |value|, with the sign of the value. */
const signedLog = (value: number): number => Math.sign(value) * Math.log1p(Math.abs(value));`,
  bin: `/** The number of edges below a value. */
const bin = (edges: readonly number[]) => (value: number): number => edges.filter((edge) => value > edge).length;`,
  indicator: `/** A row of zeros with a one at the given place. */
const indicator = (width: number) => (place: number): number[] =>
  Array.from({ length: width }, (_, i) => (i === place ? 1 : 0));`,
  oneHot: `/** One number for each category; all zeros for what is none of them. */
const oneHot = (categories: readonly string[]) => (value: string): number[] =>
  categories.map((category) => (category === value ? 1 : 0));`,
  ordinal: `/** The place among the categories; one past the last for what is none of them. */
function ordinal(categories: readonly string[]) {
  const places = new Map(categories.map((category, place) => [category, place]));
  return (value: string | number): number => places.get(String(value)) ?? categories.length;
}`,
  lookUp: `/** The number that a category has. */
function lookUp(values: Readonly<Record<string, number>>, otherwise: number) {
  const known = new Map(Object.entries(values));
  return (value: string): number => known.get(value) ?? otherwise;
}`,
  rank: `/** The share of \`known\`, ascending, that is below a value; half-way through those that are equal to it. */
const rank = (known: readonly number[]) => (value: number): number => {
  const last = known.length - 1;
  if (value <= known[0]!) return 0;
  if (value >= known[last]!) return 1;
  const above = known.findIndex((one) => one >= value);
  if (known[above] === value) return (above + known.lastIndexOf(value)) / 2 / last;
  const low = known[above - 1]!;
  return (above - 1 + (value - low) / (known[above]! - low)) / last;
};`,
  bucket: `/** FNV-1a, 32 bits, of a text in UTF-8, modulo the number of buckets. */
const bucket = (count: number) => (value: string): number => {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(value)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0) % count;
};`,
  dateParts: `/** Numbers that tell of an ISO date; cycles as sine and cosine. */
const dateParts = (parts: readonly string[], cycles: readonly string[], first: number, extent: number) => (
  value: string,
): number[] => {
  const [, date = '', month = '', day = '-01', time = '00:00', seconds = '', zone = 'Z'] =
    /^(\\d{4})-(\\d\\d)(-\\d\\d)?(?:[T ](\\d\\d:\\d\\d)(:\\d\\d)?(?:[.,]\\d+)?)?(Z|[+-]\\d\\d(?::?\\d\\d)?)?$/.exec(value.trim()) ?? [];
  const hours = /^([+-]\\d\\d):?(\\d\\d)?$/.exec(zone);
  const moment = Date.parse(\`\${date}-\${month}\${day}T\${time}\${seconds}\${hours ? \`\${hours[1]}:\${hours[2] ?? '00'}\` : 'Z'}\`);
  if (Number.isNaN(moment)) throw new Error(\`"\${value}" is no date such as 2026-11-24 or 2026-11-24T06:30\`);
  const when = new Date(\`\${date}-\${month}\${day}T\${time}:00Z\`); // as written, whatever the zone
  const year = when.getUTCFullYear();
  const dayOfYear = (Date.UTC(year, when.getUTCMonth(), when.getUTCDate()) - Date.UTC(year, 0, 0)) / 86_400_000;
  const daysInYear = (Date.UTC(year + 1, 0, 0) - Date.UTC(year, 0, 0)) / 86_400_000;
  const weekday = (when.getUTCDay() + 6) % 7;
  const known: Record<string, number> = {
    days: (moment / 86_400_000 - first) / extent,
    year,
    month: when.getUTCMonth() + 1,
    day: when.getUTCDate(),
    'day-of-year': dayOfYear,
    weekday,
    weekend: weekday >= 5 ? 1 : 0,
    hour: when.getUTCHours(),
    minute: when.getUTCMinutes(),
  };
  const shares: Record<string, number> = {
    month: when.getUTCMonth() / 12,
    'day-of-year': (dayOfYear - 1) / daysInYear,
    weekday: weekday / 7,
    hour: (when.getUTCHours() * 60 + when.getUTCMinutes()) / 1440,
  };
  const turns = cycles.map((name) => 2 * Math.PI * shares[name]!);
  return [...parts.map((name) => known[name]!), ...turns.flatMap((turn) => [Math.sin(turn), Math.cos(turn)])];
};`,
  unitsOf: `type Analyzer = 'words' | 'characters';

/** Runs of letters, digits and marks; scripts that are written without spaces give each character by itself. */
const ALONE = '[\\\\p{Script=Han}\\\\p{Script=Hiragana}\\\\p{Script=Katakana}\\\\p{Script=Thai}]';
const WORD = new RegExp(\`\${ALONE}|(?:(?!\${ALONE})[\\\\p{L}\\\\p{N}\\\\p{M}_'])+\`, 'gu');

/** The words or characters of a text; case and the forms of one character make no difference. */
function unitsOf(text: string, analyzer: Analyzer): string[] {
  const plain = text.slice(0, 100_000).normalize('NFKC').toLowerCase();
  return analyzer === 'words' ? (plain.match(WORD) ?? []) : [...plain.replace(/\\s+/gu, ' ').trim()];
}`,
  tfidf: `/** How often a text has each known term, times how rare that is, brought to length 1. */
function tfidf(analyzer: Analyzer, least: number, most: number, weights: readonly (readonly [string, number])[]) {
  const places = new Map(weights.map(([term], place) => [term, place]));
  return (text: string | null): number[] => {
    const units = unitsOf(text ?? '', analyzer);
    const row = new Array<number>(weights.length).fill(0);
    for (let size = least; size <= most; size++) {
      for (let at = 0; at + size <= units.length; at++) {
        const place = places.get(units.slice(at, at + size).join(analyzer === 'words' ? ' ' : ''));
        if (place !== undefined) row[place]! += weights[place]![1];
      }
    }
    const length = Math.hypot(...row) || 1;
    return row.map((weight) => weight / length);
  };
}`,
  subwordIds: `/** The numbers of parts of a text's words, joined as they were learnt: 0 is padding, 1 what is not known. */
function subwordIds(length: number, characters: readonly string[], merges: readonly (readonly [string, string])[]) {
  const ids = new Map<string, number>();
  for (const [place, part] of [...characters, ...merges.map((pair) => pair.join(''))].entries())
    if (!ids.has(part)) ids.set(part, place + 2);
  const ranks = new Map(merges.map(([left, right], rank) => [\`\${left} \${right}\`, rank]));
  const split = (word: string): string[] => {
    let parts = ['\\u2581', ...word];
    for (;;) {
      const found = parts.slice(1).map((part, i) => ranks.get(\`\${parts[i]} \${part}\`) ?? merges.length);
      const pair = merges[Math.min(...found, merges.length)];
      if (!pair) return parts;
      const joined: string[] = [];
      for (let i = 0; i < parts.length; i++) {
        const isPair = parts[i] === pair[0] && parts[i + 1] === pair[1];
        joined.push(isPair ? pair.join('') : parts[i]!);
        if (isPair) i += 1;
      }
      parts = joined;
    }
  };
  return (text: string | null): number[] => {
    const known = unitsOf(text ?? '', 'words')
      .flatMap(split)
      .slice(0, length)
      .map((part) => ids.get(part) ?? 1);
    return [...known, ...new Array<number>(length - known.length).fill(0)];
  };
}`,
  tokenIds: `/** The numbers of a text's words or characters: 0 is padding, 1 what is not known. */
function tokenIds(analyzer: Analyzer, length: number, tokens: readonly string[]) {
  const ids = new Map(tokens.map((token, place) => [token, place + 2]));
  return (text: string | null): number[] => {
    const known = unitsOf(text ?? '', analyzer)
      .slice(0, length)
      .map((unit) => ids.get(unit) ?? 1);
    return [...known, ...new Array<number>(length - known.length).fill(0)];
  };
}`,
  resize: `/** Bilinear, with half-pixel centres and clamped edges; colour to grey by the weights of BT.601. Of each channel a sample becomes sample / divisor - shift. */
const resize = (
  height: number,
  width: number,
  channels: 1 | 3,
  shift: readonly number[],
  divisor: readonly number[],
  crop: boolean, // keep the middle that has the wanted shape, rather than stretch
) => (
  picture: readonly (readonly (number | readonly number[])[])[],
): number[] => {
  const axis = (from: number, part: number, to: number) =>
    Array.from({ length: to }, (_, i) => {
      const centre = Math.min(Math.max((from - part) / 2 + ((i + 0.5) * part) / to - 0.5, 0), from - 1);
      const low = Math.floor(centre);
      return { low, high: Math.min(low + 1, from - 1), part: centre - low };
    });
  const samples = (pixel: number | readonly number[]) => (typeof pixel === 'number' ? [pixel] : pixel);
  const [high, wide] = [picture.length, picture[0]!.length];
  const columns = axis(wide, crop ? Math.min(wide, (high * width) / height) : wide, width);
  return axis(high, crop ? Math.min(high, (wide * height) / width) : high, height).flatMap((y) =>
    columns.flatMap((x) => {
      const corners = [picture[y.low]![x.low]!, picture[y.low]![x.high]!, picture[y.high]![x.low]!, picture[y.high]![x.high]!];
      const [a, b, c, d] = corners.map(samples);
      const blend = a!.map((_, channel) => {
        const top = a![channel]! * (1 - x.part) + b![channel]! * x.part;
        const bottom = c![channel]! * (1 - x.part) + d![channel]! * x.part;
        return top * (1 - y.part) + bottom * y.part;
      });
      const [red, green = red, blue = red] = blend as [number, number?, number?];
      const grey = blend.length === 1 ? red : 0.299 * red + 0.587 * green! + 0.114 * blue!;
      const out = channels === 1 ? [grey] : [red, green!, blue!];
      return out.map((sample, channel) => sample / divisor[channel]! - shift[channel]!);
    }),
  );
};`,
  ...TYPESCRIPT_SOUND_HELPERS,
};
