/** A grid of a dataset's pictures or sounds with their labels, for people would rather look and listen than read. */
import { useQuery } from '@tanstack/react-query';
import type { DatasetProfile } from '../../shared/schema/dataset.ts';
import { play } from '../data/play.ts';
import { SAMPLE_SIDE, type Sample, type SampleRequest, samplesOf } from '../data/samples.ts';
import { BoxesOver, BoxLegend, coloursOf } from '../ui/boxes-over.tsx';
import { decimal } from '../ui/format.ts';
import { Note, Skeleton } from '../ui/surface.tsx';
import { toast } from '../ui/toast.tsx';
import { Waveform } from '../ui/waveform.tsx';
import styles from './samples.module.css';

export function Samples(props: { sha256: string; profile: DatasetProfile; source: SampleRequest['source'] }) {
  const { data, error } = useQuery(samplesOf(props.sha256, props.profile, props.source));
  if (error) return <Note title="No preview of the examples">{error.message}</Note>;
  if (!data) return <Skeleton height="8rem" />;
  const what = data[0]?.type === 'sound' ? 'sounds' : 'pictures';
  const boxes = data.flatMap((sample) => (sample.type === 'picture' ? (sample.boxes?.all ?? []) : []));
  const colours = coloursOf(boxes.map(({ label }) => label));
  const grid = (
    <ul
      className={styles.grid}
      data-of={boxes.length > 0 ? 'boxes' : what}
      aria-label={`Some of the ${what}`}
    >
      {data.map((sample, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes its order
        <li key={i}>
          {sample.type === 'picture' ? <Thumbnail {...sample} colours={colours} /> : <Player {...sample} />}
          <span title={sample.label}>{sample.label}</span>
        </li>
      ))}
    </ul>
  );
  if (boxes.length === 0) return grid;
  return (
    <div className={styles.withLegend}>
      <BoxLegend colours={colours} />
      {grid}
    </div>
  );
}

function Thumbnail({
  label,
  bitmap,
  boxes,
  colours,
}: Sample & { type: 'picture'; colours: ReadonlyMap<string, number> }) {
  const picture = (
    <canvas
      role="img"
      aria-label={label}
      width={bitmap.width}
      height={bitmap.height}
      data-tiny={Math.max(bitmap.width, bitmap.height) < SAMPLE_SIDE || undefined}
      ref={(canvas) => canvas?.getContext('2d')?.drawImage(bitmap, 0, 0)}
    />
  );
  if (!boxes) return picture;
  return (
    <div className={styles.framed}>
      {picture}
      <BoxesOver {...boxes.size} boxes={boxes.all} colours={colours} />
    </div>
  );
}

function Player({ label, seconds, peaks, wav }: Sample & { type: 'sound' }) {
  const name = `Play “${label}”, ${decimal(seconds, 2)} s`;
  return (
    <button type="button" title={name} aria-label={name} onClick={() => play(wav).catch(toast.failed)}>
      <Waveform peaks={peaks} />
    </button>
  );
}
