/**
 * Tells callbacks that a job has ended, signed as Standard Webhooks has it, and again for hours where nobody answers. What is due lies in the
 * database, so that a restart goes on with it.
 */
import { messageOf } from '../../shared/errors.ts';
import type { Services } from '../services.ts';
import { endDelivery, takeDueDeliveries, webhookSecret } from '../store/callback-deliveries.ts';
import type { Place, PredictionJob } from '../store/prediction-jobs.ts';
import { batchView, predictionView } from './view.ts';

const TIMEOUT_MS = 15_000;
const FIRST_WAIT_MS = 2000;
/** 2 s, 8 s … 9 h: about twelve hours in all. */
const ATTEMPTS_MOST = 9;
/** Larger answers are left out, and must be fetched. */
const PAYLOAD_BYTES = 256 * 1024;
const GONE = 410;
/** As many connections as a Worker may have open. */
const AT_ONCE = 6;

/** Milliseconds after the attempt of this number, from 1; null: it is given up. `chance`: 0 … 1. */
export function waitAfter(attempt: number, chance: number): number | null {
  if (attempt >= ATTEMPTS_MOST) return null;
  return Math.round(FIRST_WAIT_MS * 4 ** (attempt - 1) * (0.8 + 0.4 * chance));
}

/** All that is due; gives when the next of them are tried again, milliseconds since 1970. */
export async function deliverDue(services: Pick<Services, 'db' | 'blobs'>, place: Place): Promise<number[]> {
  const again: number[] = [];
  for (;;) {
    const due = await takeDueDeliveries(services.db, place, AT_ONCE);
    if (due.length === 0) return again;
    for (const at of await Promise.all(due.map((job) => deliver(services, job))))
      if (at !== null) again.push(at);
  }
}

async function deliver(
  { db, blobs }: Pick<Services, 'db' | 'blobs'>,
  job: PredictionJob,
): Promise<number | null> {
  const failure = await post(job.callback!, await messageFor(db, blobs, job));
  const wait = failure === null || failure.final ? null : waitAfter(job.deliveryAttempts, Math.random());
  const deliveryDueAt = wait === null ? null : Date.now() + wait;
  await endDelivery(db, job, {
    delivery: failure === null ? 'delivered' : wait === null ? 'failed' : 'waiting',
    deliveryDueAt,
    deliveryError: failure?.words ?? null,
  });
  return deliveryDueAt;
}

async function messageFor(db: Services['db'], blobs: R2Bucket, job: PredictionJob) {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const kind = job.kind === 'batch' ? 'batch-prediction' : 'prediction';
  const payload = (data: unknown) =>
    JSON.stringify({ type: `${kind}.${job.state}`, timestamp: job.endedAt, data });
  const view = job.kind === 'batch' ? batchView(job) : await predictionView(blobs, job);
  const whole = payload(view);
  const body = whole.length > PAYLOAD_BYTES ? payload({ ...view, response: null }) : whole;
  const secret = await webhookSecret(db, job, { fresh: false });
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'Trainyard',
    'webhook-id': job.id,
    'webhook-timestamp': timestamp,
    'webhook-signature': await sign(secret, `${job.id}.${timestamp}.${body}`),
  };
  return { headers, body };
}

/** `secret`: `whsec_` and the key as base64. */
export async function sign(secret: string, content: string): Promise<string> {
  const key = Uint8Array.from(atob(secret.replace(/^whsec_/, '')), (char) => char.charCodeAt(0));
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const imported = await crypto.subtle.importKey('raw', key, algorithm, false, ['sign']);
  const mac = await crypto.subtle.sign('HMAC', imported, new TextEncoder().encode(content));
  return `v1,${btoa(String.fromCharCode(...new Uint8Array(mac)))}`;
}

/** Null: it was taken. A redirect is not followed: it could lead where the callback may not. */
async function post(
  url: string,
  message: { headers: Record<string, string>; body: string },
): Promise<{ words: string; final: boolean } | null> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const { ok, status, body } = await fetch(url, { method: 'POST', redirect: 'manual', signal, ...message });
    await body?.cancel();
    return ok ? null : { words: `it answered ${status}; expected 200 to 299`, final: status === GONE };
  } catch (error) {
    return { words: `it did not answer: ${messageOf(error)}`.slice(0, 300), final: false };
  }
}
