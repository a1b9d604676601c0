/** Asks a worker whether rows that only this tab has fit a training; `signal` ends it. */
import { AppError } from '../../shared/errors.ts';
import type { Inspection } from '../data/inspect.ts';
import type { JobData } from './rows-of-job.ts';

export interface RowsToTry {
  baseUrl: string;
  token: string;
  job: JobData;
  own: Inspection;
}

/** Null: they fit. */
export type RowsTried = { error: string | null };

/** Rejects with AppError `invalid_data`, saying what does not fit. */
export function tryOwnRows(asked: RowsToTry, signal: AbortSignal): Promise<void> {
  const worker = new Worker(new URL('./try-rows.worker.ts', import.meta.url), { type: 'module' });
  return new Promise<void>((done, fail) => {
    signal.addEventListener('abort', () => fail(signal.reason));
    worker.onmessage = ({ data: { error } }: MessageEvent<RowsTried>) =>
      error === null ? done() : fail(new AppError('invalid_data', error));
    worker.onerror = (event) => fail(new AppError('internal', event.message || 'the rows could not be read'));
    worker.postMessage(asked);
  }).finally(() => worker.terminate());
}
