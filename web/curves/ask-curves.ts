/**
 * Asks a worker for the curves of a run: to read, parse and check the megabytes of a long one would hold the page's thread, and so does the
 * end of a large answer in Chromium, whoever reads it.
 */
import type { Client } from '../../shared/api/client.ts';
import { AppError, type ErrorCode } from '../../shared/errors.ts';
import { asOwn, type RunCurves } from './run-curves.ts';

export type CurvesRequest = { id: number } & (
  | { baseUrl: string; token?: string | undefined; run: string }
  | { abort: true }
);
export type CurvesReply = { id: number } & (
  | { curves: RunCurves; isAll: boolean }
  | { code: ErrorCode; message: string }
);

let worker: Worker | undefined;
let ids = 0;
interface Asked {
  show(curves: RunCurves): void;
  done(curves: RunCurves): void;
  fail(error: unknown): void;
}
const asked = new Map<number, Asked>();

/** `onOverview`: of a run with many points, some of them before all are there. */
export function askCurves(
  { baseUrl, token }: Pick<Client, 'baseUrl' | 'token'>,
  run: string,
  { signal, onOverview = () => {} }: { signal?: AbortSignal; onOverview?: (curves: RunCurves) => void } = {},
): Promise<RunCurves> {
  worker ??= startWorker();
  const id = ids++;
  const ask = (request: CurvesRequest) => worker?.postMessage(request);
  return new Promise<RunCurves>((done, fail) => {
    asked.set(id, { show: onOverview, done, fail });
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
    const { show, done, fail } = asked.get(data.id) ?? {};
    if ('curves' in data && !data.isAll) return show?.(asOwn(data.curves));
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
