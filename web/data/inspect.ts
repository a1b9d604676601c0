/** Asks the inspection worker about files; `signal` ends it. */
import { AppError } from '../../shared/errors.ts';
import type { DatasetFormat, DatasetProfile } from '../../shared/schema/dataset.ts';
import type { PickedFile } from '../ui/drop-zone.tsx';

export interface Inspection {
  /** What is uploaded: the file itself, or the zip made of many. */
  blob: Blob;
  format: DatasetFormat;
  profile: DatasetProfile;
  sha256: string;
}

export type InspectReply = { inspection: Inspection } | { error: string };

export function inspectFiles(files: PickedFile[], signal: AbortSignal): Promise<Inspection> {
  const worker = new Worker(new URL('./inspect.worker.ts', import.meta.url), { type: 'module' });
  return new Promise<Inspection>((done, fail) => {
    signal.addEventListener('abort', () => fail(signal.reason));
    worker.onmessage = ({ data }: MessageEvent<InspectReply>) =>
      'error' in data ? fail(new AppError('invalid_data', data.error)) : done(data.inspection);
    worker.onerror = (event) => fail(new AppError('internal', event.message || 'the file could not be read'));
    worker.postMessage(files);
  }).finally(() => worker.terminate());
}
