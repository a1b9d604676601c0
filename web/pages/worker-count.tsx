/** How many are to train one network together, where the place is one for several: as it is typed, and as the server is asked for it. */
import type * as z from 'zod';
import type { AveragingOptions } from '../../shared/schema/averaging.ts';
import { TextField } from '../ui/control.tsx';
import type { PlaceChoice } from './place-picker.tsx';

/** As typed; `tabs` counts this one. */
export interface WorkerCounts {
  tabs: string;
  runner: string;
}
export const USUAL_COUNTS: WorkerCounts = { tabs: '3', runner: '1' };

/** People have a link to open and a file to choose before the first round closes without them. */
const PEOPLE_SECONDS = 300;

const LIMITS = { tabs: { min: 2, max: 64 }, runner: { min: 1, max: 64 } };

const isForSeveral = (place: PlaceChoice): place is keyof WorkerCounts => place in LIMITS;

/** What is wrong with the number; undefined: nothing. */
export function countFault(place: PlaceChoice, counts: WorkerCounts): string | undefined {
  if (!isForSeveral(place)) return undefined;
  const { min, max } = LIMITS[place];
  const count = counts[place].trim() === '' ? Number.NaN : Number(counts[place]);
  return Number.isInteger(count) && count >= min && count <= max
    ? undefined
    : `A whole number from ${min} to ${max}`;
}

/** Undefined: one worker trains it alone. */
export function averagingOf(
  place: PlaceChoice,
  counts: WorkerCounts,
): z.input<typeof AveragingOptions> | undefined {
  if (place === 'tabs')
    return { workers: Number(counts.tabs), rows: 'private', deadlineSeconds: PEOPLE_SECONDS };
  const workers = place === 'runner' ? Number(counts.runner) : 1;
  return workers > 1 ? { workers, rows: 'shards' } : undefined;
}

/** Nothing where the place is for one alone. `refusal`: why it cannot be trained by several. */
export function WorkerCount(props: {
  place: PlaceChoice;
  counts: WorkerCounts;
  onCountsChange: (counts: WorkerCounts) => void;
  refusal: string | null;
}) {
  const { place, counts, onCountsChange, refusal } = props;
  if (!isForSeveral(place)) return null;
  const [label, hint] =
    place === 'tabs'
      ? [
          'Participants',
          'With this tab, which learns from the dataset. The page of the run has a link for each other.',
        ]
      : [
          'Workers',
          'With more than one, each learns from a part of the dataset, and their weights are averaged.',
        ];
  return (
    <TextField
      label={label}
      inputMode="numeric"
      disabled={refusal !== null}
      value={refusal === null ? counts[place] : '1'}
      hint={refusal ?? hint}
      error={refusal === null ? countFault(place, counts) : undefined}
      onValueChange={(value) => onCountsChange({ ...counts, [place]: value })}
    />
  );
}
