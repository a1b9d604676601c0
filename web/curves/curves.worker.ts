/** Reads the curves of runs off the page's thread. */
import { createClient } from '../../shared/api/client.ts';
import { AppError, messageOf } from '../../shared/errors.ts';
import type { CurvesReply, CurvesRequest } from './ask-curves.ts';
import { readCurves } from './read-curves.ts';
import type { RunCurves } from './run-curves.ts';

const reading = new Map<number, AbortController>();

self.onmessage = async ({ data }: MessageEvent<CurvesRequest>) => {
  const { id } = data;
  if ('abort' in data) {
    reading.get(id)?.abort();
    return;
  }
  const { baseUrl, token, run } = data;
  const abort = new AbortController();
  reading.set(id, abort);
  try {
    const curves = await readCurves(createClient({ baseUrl, token }), run, {
      signal: abort.signal,
      onOverview: (overview) => tellCurves(id, overview, false),
    });
    tellCurves(id, curves, true);
  } catch (error) {
    const code = error instanceof AppError ? error.code : 'internal';
    tell({ id, code, message: messageOf(error) });
  } finally {
    reading.delete(id);
  }
};

function tellCurves(id: number, curves: RunCurves, isAll: boolean): void {
  const arrays = [...curves.values()].flatMap(({ step, epoch, value }) => [step, epoch, value]);
  tell(
    { id, curves, isAll },
    arrays.map(({ buffer }) => buffer as ArrayBuffer),
  );
}

function tell(reply: CurvesReply, transfer: Transferable[] = []): void {
  self.postMessage(reply, { transfer });
}
