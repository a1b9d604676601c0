/** Which columns to learn from and how, judged from the dataset's profile; and which were left out, and why. */
import type { FeatureSpec } from '../pipeline/feature-spec.ts';
import type { ColumnProfile, DatasetProfile } from '../schema/dataset.ts';
import { isSupervised, type Task } from '../schema/task.ts';
import { hasTime, holdsDates, holdsNames, holdsTexts, isEachRowsOwn } from './text-column.ts';

const CATEGORIES_MOST = 50;
/** Pictures up to this many pixels a side keep their size; others are brought to it. */
const SIDE_MOST = 64;

/** Of a sound, and its samples a second: speech has little above half of that. */
const SECONDS_MOST = 10;
const RATE_MOST = 16_000;

const TEXT: FeatureSpec['steps'][number] = {
  type: 'tfidf',
  analyzer: 'words',
  ngrams: [1, 2],
  maxFeatures: 4000,
  minCount: 2,
};

/** The parts of names that come again and again: as many as there are titles, not as there are people. */
const nameStep = (rows: number): FeatureSpec['steps'][number] => ({
  type: 'tfidf',
  analyzer: 'words',
  ngrams: [1, 1],
  maxFeatures: 16,
  minCount: Math.max(3, Math.ceil(rows / 64)),
});

/** That a value is missing tells something where it is in a share of the rows between these. */
const MISSING_SHARES = { least: 0.05, most: 0.95 };

/** Numbers of like size, which networks need and trees do not mind: `days` goes from 0 to 1, cycles from −1 to 1. */
const dateStep = (hasTime: boolean): FeatureSpec['steps'][number] => ({
  type: 'date',
  parts: ['days'],
  cycles: hasTime ? ['month', 'weekday', 'hour'] : ['month', 'weekday'],
});

export interface FeatureSuggestion {
  features: FeatureSpec[];
  skipped: { column: string; reason: string }[];
}

/** `task`: what they are for; for a translation, names and labels of which most rows have their own are texts too. */
export function suggestFeatures(
  profile: DatasetProfile,
  target: string,
  task?: Task | undefined,
): FeatureSuggestion {
  const { rows, columns } = profile;
  const candidates = columns.filter(({ name }) => name !== target);
  const example = candidates.find(({ type }) => type === 'image' || type === 'audio');
  const isText = (column: ColumnProfile) =>
    holdsTexts(profile, column) || (task === 'translation' && isEachRowsOwn(profile, column));
  const isDate = (column: ColumnProfile) => holdsDates(profile, column);
  /** Beside a text or a picture hints would be of little weight, and without answers of too much. */
  const takesHints = !example && !candidates.some(isText) && (task === undefined || isSupervised(task));
  const features: FeatureSpec[] = [];
  const skipped: FeatureSuggestion['skipped'] = [];
  for (const column of candidates) {
    const reason =
      example && column !== example
        ? `the ${example.type === 'image' ? 'picture' : 'sound'} stands alone`
        : isText(column) || isDate(column)
          ? null
          : reasonToSkip(column, rows);
    const isName = reason !== null && takesHints && holdsNames(profile, column);
    if (isName) features.push({ column: column.name, steps: [nameStep(rows)] });
    else if (reason !== null) skipped.push({ column: column.name, reason });
    else if (isDate(column))
      features.push({ column: column.name, steps: [dateStep(hasTime(profile, column))] });
    else features.push({ column: column.name, steps: isText(column) ? [TEXT] : stepsFor(column) });
  }
  const names = new Set(columns.map(({ name }) => name));
  for (const { name, missing } of takesHints ? candidates : []) {
    const indicator = `${name} missing`;
    const { least, most } = MISSING_SHARES;
    if (missing < least * rows || missing > most * rows || names.has(indicator)) continue;
    features.push({ column: name, name: indicator, steps: [{ type: 'missing' }] });
  }
  return { features, skipped };
}

function reasonToSkip(
  { name, type, missing, distinct, distinctCapped }: ColumnProfile,
  rows: number,
): string | null {
  if (type === 'image' || type === 'audio') return null;
  if (missing === rows) return 'it has no values';
  if (distinct < 2) return 'it has the same value everywhere';
  if (type === 'category' && (distinct > CATEGORIES_MOST || distinct * 2 > rows)) {
    return `its ${distinct}${distinctCapped ? ' or more' : ''} different texts look like names or ids`;
  }
  const everyRowItsOwn = distinctCapped || distinct === rows;
  if (everyRowItsOwn && /^(id|index|.*[_ ]id|.*Id|row[_ ]?(number|id)?)$/.test(name))
    return 'it numbers the rows';
  return null;
}

function stepsFor({ type, missing, image, audio }: ColumnProfile): FeatureSpec['steps'] {
  if (type === 'number') {
    const scale = { type: 'standardise' } as const;
    return missing > 0 ? [{ type: 'impute', strategy: 'median' }, scale] : [scale];
  }
  if (type === 'category') {
    const encode = { type: 'onehot' } as const;
    return missing > 0 ? [{ type: 'impute', strategy: 'mode' }, encode] : [encode];
  }
  if (audio) return [soundStep(audio)];
  const keeps = image !== null && image.width <= SIDE_MOST && image.height <= SIDE_MOST;
  const { height, width } = keeps ? image : { height: SIDE_MOST, width: SIDE_MOST };
  return [{ type: 'image', height, width, channels: image?.channels === 1 ? 1 : 3, scale: 'zero-one' }];
}

/** As long as nearly all sounds are, in steps of which there are about sixty. */
function soundStep({ rate, seconds }: NonNullable<ColumnProfile['audio']>): FeatureSpec['steps'][number] {
  const length = Math.min(Math.max(Math.ceil(seconds.most * 10) / 10, 0.1), SECONDS_MOST);
  return {
    type: 'spectrogram',
    rate: Math.min(rate, RATE_MOST),
    seconds: length,
    window: 32,
    hop: Math.max(8, Math.ceil((length * 1000) / 64)),
    bands: 40,
  };
}
