/**
 * Asks a worker for the curves of a run: to read, parse and check 9 MB would hold the page's thread, and so does the end of a large
 * answer in Chromium, whoever reads it.
 */
import type { Client } from '../../shared/api/client.ts';
import { AppError, type ErrorCode } from '../../shared/errors.ts';
import { asOwn, type RunCurves } from './run-curves.ts';

export type CurvesRequest = { id: number } & (
  | { baseUrl: string; token?: string | undefined; run: string }
  | { abort: true }
);
export type CurvesReply = { id: number } & ({ curves: RunCurves } | { code: ErrorCode; message: string });

let worker: Worker | undefined;
let ids = 0;
const asked = new Map<number, { done(curves: RunCurves): void; fail(error: unknown): void }>();

export function askCurves(
  { baseUrl, token }: Pick<Client, 'baseUrl' | 'token'>,
  run: string,
  signal?: AbortSignal,
): Promise<RunCurves> {
  worker ??= startWorker();
  const id = ids++;
  const ask = (request: CurvesRequest) => worker?.postMessage(request);
  return new Promise<RunCurves>((done, fail) => {
    asked.set(id, { done, fail });
    signal?.addEventListener('abort', () => {
      if (asked.delete(id)) ask({ id, abort: true });
      fail(signal.reason);
    });
    ask({ id, baseUrl, token, run });
  });
}

function startWorker(): Worker {
  const made = new Worker(new URL('./curves.worker.ts', import.meta.url), { type: 'module' });
  made.onmessage = ({ data }: MessageEvent<CurvesReply>) => {
    const { done, fail } = asked.get(data.id) ?? {};
    asked.delete(data.id);
    if ('curves' in data) done?.(asOwn(data.curves));
    else fail?.(new AppError(data.code, data.message));
  };
  made.onerror = () => {
    // it could not be loaded: the next call tries again
    worker = undefined;
    for (const { fail } of asked.values())
      fail(new AppError('unavailable', 'the part of the page that reads curves could not be loaded'));
    asked.clear();
  };
  return made;
}
