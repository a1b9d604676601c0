/** A few examples of a dataset, small, to look at or listen to: read in a worker from the file at hand or from what the server has. */
import { queryOptions } from '@tanstack/react-query';
import type { LabelledBox } from '../../shared/data/table.ts';
import { AppError } from '../../shared/errors.ts';
import type { DatasetProfile } from '../../shared/schema/dataset.ts';

export type Sample = { label: string } & (
  | {
      type: 'picture';
      /** At most `SAMPLE_SIDE` wide and high, or `BOXES_SIDE` where boxes are in it. */
      bitmap: ImageBitmap;
      /** In pixels of `size`, the picture's own. */
      boxes?: { size: { width: number; height: number }; all: readonly LabelledBox[] };
    }
  | {
      type: 'sound';
      seconds: number;
      /** Of stretches of equal length the loudest sample, 0 … 1. */
      peaks: number[];
      wav: Blob;
    }
);

/** Pixels. */
export const SAMPLE_SIDE = 112;
export const BOXES_SIDE = 320;
const SAMPLES = 20;
const WITH_BOXES = 8;

export interface SampleRequest {
  source: Blob | { baseUrl: string; token: string; version: string };
  /** How many labels to show, and how many examples of each. */
  labels: number;
  ofEach: number;
  /** The pictures have boxes instead of labels. */
  hasBoxes: boolean;
}
export type SampleReply = { samples: Sample[] } | { error: string };

/** Under the bytes' sha256: what was looked at before an upload is there after it. */
export function samplesOf(sha256: string, profile: DatasetProfile, source: SampleRequest['source']) {
  const labels = Math.min(profile.columns.find(({ name }) => name === 'label')?.distinct ?? 1, SAMPLES);
  const hasBoxes = profile.columns.some(({ type }) => type === 'boxes');
  const ofEach = hasBoxes ? WITH_BOXES : Math.floor(SAMPLES / labels);
  const request = { source, labels, ofEach, hasBoxes };
  return queryOptions({
    queryKey: ['samples', sha256],
    queryFn: ({ signal }) => ask(request, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

function ask(request: SampleRequest, signal: AbortSignal): Promise<Sample[]> {
  const worker = new Worker(new URL('./samples.worker.ts', import.meta.url), { type: 'module' });
  return new Promise<Sample[]>((done, fail) => {
    signal.addEventListener('abort', () => fail(signal.reason));
    worker.onmessage = ({ data }: MessageEvent<SampleReply>) =>
      'error' in data ? fail(new AppError('invalid_data', data.error)) : done(data.samples);
    worker.onerror = (event) =>
      fail(new AppError('internal', event.message || 'the examples could not be read'));
    worker.postMessage(request);
  }).finally(() => worker.terminate());
}
