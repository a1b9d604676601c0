/** What the model of a run says: one snapshot after another, the newest unless an earlier one is chosen. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { isEnded, type Run } from '../../shared/schema/run.ts';
import type { Snapshot } from '../../shared/schema/snapshot.ts';
import { queries } from '../queries.ts';
import { Button } from '../ui/button.tsx';
import { count, decimal } from '../ui/format.ts';
import { Card, ErrorNote } from '../ui/surface.tsx';
import { ConfusionTable } from './confusion-table.tsx';
import { DecisionSurface } from './decision-surface.tsx';
import { DescentMap } from './descent-map.tsx';
import styles from './insights.module.css';
import { SampleRows } from './sample-rows.tsx';
import { WeightBars } from './weight-bars.tsx';

export function RunInsights({ run }: { run: Run }) {
  const { data: snapshots, error, refetch } = useQuery(queries.runSnapshots(run.id));
  /** The step that is looked at; null: whichever is the newest. */
  const [chosen, setChosen] = useState<number | null>(null);
  if (error)
    return <ErrorNote error={error} title="What it says cannot be shown" retry={() => void refetch()} />;
  const ended = isEnded(run.state);
  if (!snapshots || (snapshots.length === 0 && (ended || run.state === 'queued'))) return null;
  const title = ended ? 'What it says' : 'What it says so far';
  const last = snapshots.length - 1;
  const place =
    chosen === null
      ? last
      : Math.max(
          0,
          snapshots.findLastIndex(({ step }) => step <= chosen),
        );
  const shown = snapshots[place];
  if (!shown) {
    return (
      <Card title={title}>
        <p className="muted">The first answers come at the end of the first epoch.</p>
      </Card>
    );
  }
  return (
    <Card
      title={title}
      hint="Of rows that it does not learn from"
      actions={
        <Scrubber
          snapshots={snapshots}
          place={place}
          onPlace={(next) => setChosen(next === last ? null : snapshots[next]!.step)}
        />
      }
    >
      <Parts snapshot={shown} />
    </Card>
  );
}

function Parts({ snapshot }: { snapshot: Snapshot }) {
  const { samples, confusion, surface, weights, descent } = snapshot;
  return (
    <div className={styles.parts}>
      {samples && <SampleRows samples={samples} />}
      {confusion && <ConfusionTable confusion={confusion} />}
      {weights && <WeightBars weights={weights} />}
      {surface && <DecisionSurface surface={surface} />}
      {descent && <DescentMap descent={descent} />}
    </div>
  );
}

function Scrubber({
  snapshots,
  place,
  onPlace,
}: {
  snapshots: readonly Snapshot[];
  place: number;
  onPlace: (place: number) => void;
}) {
  const { step, epoch } = snapshots[place]!;
  const last = snapshots.length - 1;
  const text = `step ${count(step)}, epoch ${decimal(epoch, 3)}`;
  return (
    <div className={styles.scrubber}>
      {place < last && (
        <Button look="quiet" onClick={() => onPlace(last)}>
          Newest
        </Button>
      )}
      {last > 0 && (
        <label>
          <span className="hidden">Snapshot</span>
          <input
            type="range"
            min={0}
            max={last}
            value={place}
            aria-valuetext={`${text}, ${place + 1} of ${last + 1}`}
            onChange={(event) => onPlace(Number(event.currentTarget.value))}
          />
        </label>
      )}
      <output>{text}</output>
    </div>
  );
}
