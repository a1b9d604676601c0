/**
 * Keeps a job's lease by heartbeats: at least every third of its length, and each second while there is news, so that a
 * page sees the progress and a stop is heard soon.
 */
import type { Client } from '../../shared/api/client.ts';
import { heartbeatJob, LEASE_MS } from '../../shared/api/routes/jobs.ts';
import type { Lease, Progress } from '../../shared/schema/run.ts';
import { isLost } from '../retry.ts';

const TICK_MS = 1000;

export interface LeaseHandlers {
  onStopRequested(): void;
  onFinishRequested(): void;
  onLost(error: unknown): void;
}

export interface KeptLease {
  report(progress: Progress): void;
  /** Where the training turned out to run, and the bytes that it holds. */
  reportDevice(device: string, memoryBytes: number): void;
  /** Sends what the server has not heard yet, as well as that goes: a short training ends between two beats. */
  tellLast(): Promise<void>;
  release(): void;
}

export function keepLease(client: Client, { job, fence }: Lease, handlers: LeaseHandlers): KeptLease {
  let progress: Progress | null = null;
  let where: { device?: string; memoryBytes?: number } = {};
  let news = false;
  let beating = false;
  let lastBeat = Date.now();

  const timer = setInterval(() => {
    if (!beating && (news || Date.now() - lastBeat >= LEASE_MS / 3)) void beat();
  }, TICK_MS);

  async function beat(): Promise<void> {
    beating = true;
    news = false;
    try {
      const signal = AbortSignal.timeout(LEASE_MS / 3);
      const reply = await client.call(
        heartbeatJob,
        { params: { job }, body: { fence, progress, ...where } },
        { signal },
      );
      lastBeat = Date.now();
      if (reply.stopRequested) handlers.onStopRequested();
      else if (reply.finishRequested) handlers.onFinishRequested();
    } catch (error) {
      // Anything else may pass: the next tick tries again.
      if (isLost(error)) {
        clearInterval(timer);
        handlers.onLost(error);
      } else news = true;
    } finally {
      beating = false;
    }
  }

  return {
    report(latest) {
      progress = latest;
      news = true;
    },
    reportDevice(device, memoryBytes) {
      where = { device, memoryBytes };
      news = true;
    },
    async tellLast() {
      if (news) await beat();
    },
    release: () => clearInterval(timer),
  };
}
