/** A grid of a dataset's pictures with their labels, for people would rather look than read. */
import { useQuery } from '@tanstack/react-query';
import type { DatasetProfile } from '../../shared/schema/dataset.ts';
import {
  SAMPLE_SIDE,
  type SamplePicture,
  type SampleRequest,
  samplePictures,
} from '../data/sample-pictures.ts';
import { Note, Skeleton } from '../ui/surface.tsx';
import styles from './picture-samples.module.css';

export function PictureSamples(props: {
  sha256: string;
  profile: DatasetProfile;
  source: SampleRequest['source'];
}) {
  const { data, error } = useQuery(samplePictures(props.sha256, props.profile, props.source));
  if (error) return <Note title="No preview of the pictures">{error.message}</Note>;
  if (!data) return <Skeleton height="8rem" />;
  return (
    <ul className={styles.grid} aria-label="Some of the pictures">
      {data.map((picture, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes its order
        <li key={i}>
          <Thumbnail {...picture} />
          <span title={picture.label}>{picture.label}</span>
        </li>
      ))}
    </ul>
  );
}

function Thumbnail({ label, bitmap }: SamplePicture) {
  return (
    <canvas
      role="img"
      aria-label={label}
      width={bitmap.width}
      height={bitmap.height}
      data-tiny={Math.max(bitmap.width, bitmap.height) < SAMPLE_SIDE || undefined}
      ref={(canvas) => canvas?.getContext('2d')?.drawImage(bitmap, 0, 0)}
    />
  );
}
