/** One claimed batch prediction from lease to end. When this returns, it is done, handed back or no longer ours, and the child is gone. */
import type { Client } from '../../shared/api/client.ts';
import { type BatchAssignment, heartbeatBatch, releaseBatch } from '../../shared/api/routes/batches.ts';
import { LEASE_MS } from '../../shared/api/routes/jobs.ts';
import { messageOf } from '../../shared/errors.ts';
import { isRowFormat } from '../../shared/schema/dataset.ts';
import type { Seat } from '../machine/room.ts';
import { isLost, retry } from '../retry.ts';
import { type Child, startChild } from '../start-child.ts';
import type { JobContext, Outcome } from '../training/work-job.ts';
import type { BatchEnding, ToBatch } from './batch-messages.ts';

type BatchContext = Pick<JobContext, 'client' | 'datasets' | 'log' | 'shutdown'>;

export async function workBatch(
  assignment: BatchAssignment,
  { client, datasets, log, shutdown }: BatchContext,
  seat: Seat,
): Promise<Outcome> {
  const { batch, fence, work } = assignment;
  const lost = new AbortController();
  const untilLost = { signal: lost.signal };
  let child: Child | undefined;
  const heartbeat = keepBatch(client, assignment, (error) => {
    lost.abort(error);
    child?.process.kill('SIGKILL');
  });
  const stop = () => tell(child, { type: 'stop' });
  shutdown.addEventListener('abort', stop);
  try {
    const zipPath = isRowFormat(work.dataset.format)
      ? null
      : await retry(() => datasets.get(work.dataset, lost.signal), untilLost);
    if (shutdown.aborted) return await release(null);
    child = startChild('batch/predict-batch.ts', (line) => log(line, { batch }));
    seat.pid = child.process.pid;
    const { name, rows: of } = work.dataset;
    log('batch started', { batch, dataset: name, from: assignment.progress.rows, of, pid: seat.pid });
    const ended = endOf(child);
    const { baseUrl, token } = client;
    tell(child, { type: 'start', order: { assignment, zipPath, server: { baseUrl, token } } });
    const ending = await ended;
    if (lost.signal.aborted) return 'lost';
    if (ending.type === 'done') return 'succeeded';
    if (ending.type === 'failed') return await release(ending.error);
    return ending.type === 'lost' ? 'lost' : await release(null);
  } catch (error) {
    if (lost.signal.aborted || isLost(error)) return 'lost';
    return await release({ code: 'internal', message: messageOf(error).slice(0, 2000) });
  } finally {
    clearInterval(heartbeat);
    shutdown.removeEventListener('abort', stop);
    child?.process.kill('SIGKILL');
  }

  /** What is internal is tried again. */
  async function release(error: { code: string; message: string } | null): Promise<Outcome> {
    await retry(
      (signal) => client.call(releaseBatch, { params: { batch }, body: { fence, error } }, { signal }),
      untilLost,
    );
    return error ? 'failed' : 'released';
  }
}

function tell(child: Child | undefined, message: ToBatch): void {
  if (child?.process.connected) child.process.send(message, () => {}); // one that is gone is heard of by its exit
}

/** As it said itself, or as it crashed. */
function endOf({ process, lastWords }: Child): Promise<BatchEnding> {
  return new Promise((resolve) => {
    process.on('message', (ending: BatchEnding) => {
      resolve(ending);
      process.disconnect(); // the child exits on this
    });
    process.on('error', (error) =>
      resolve({ type: 'failed', error: { code: 'internal', message: error.message } }),
    );
    process.on('close', (code, signal) => {
      const how = signal ? `was killed (${signal})` : `exited with code ${code}`;
      const message = `the process that predicts ${how}. ${lastWords().trim()}`.slice(0, 2000);
      resolve({ type: 'failed', error: { code: 'internal', message } });
    });
  });
}

function keepBatch(
  client: Client,
  { batch, fence }: BatchAssignment,
  onLost: (error: unknown) => void,
): NodeJS.Timeout {
  const beat = async () => {
    const signal = AbortSignal.timeout(LEASE_MS / 3);
    await client.call(heartbeatBatch, { params: { batch }, body: { fence } }, { signal });
  };
  // anything else may pass: the next one tries again
  return setInterval(() => void beat().catch((error) => isLost(error) && onLost(error)), LEASE_MS / 3);
}
