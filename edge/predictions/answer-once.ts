/**
 * A request that comes with an `Idempotency-Key` is answered once: whoever sends it again within a day gets the same answer. Refusals are not
 * kept, since the same request is refused again.
 */
import { AppError } from '../../shared/errors.ts';
import type { InferenceRequest } from '../endpoint/inference-request.ts';
import type { Services } from '../services.ts';
import { getBlob } from '../store/blobs.ts';
import { hashSecret } from '../store/hash-secret.ts';
import { KEY_MS, keptAnswer, noteAnswer, releaseKey, takeKey } from '../store/idempotency-keys.ts';

/**
 * `asked`: all that tells one request from another. `make` answers it, in JSON, under the id that it is given: a second try, after one that was
 * lost on its way, has the same.
 */
export async function answerOnce(
  { services, caller, endpoint }: InferenceRequest<Services>,
  key: string,
  asked: readonly string[],
  id: string,
  make: (id: string) => Promise<Response>,
): Promise<Response> {
  if (!/^[\x21-\x7e]{1,255}$/.test(key))
    throw new AppError(
      'invalid_request',
      `the header "Idempotency-Key" is "${key.slice(0, 80)}"; expected 1 to 255 visible ASCII characters, such as a UUID`,
    );
  const { db, blobs, jobs } = services;
  const { workspace, token } = caller;
  const fingerprint = await hashSecret(JSON.stringify([endpoint, ...asked]));
  const request = { workspace, token, key, endpoint, fingerprint, id };
  const taken = await takeKey(db, request);
  if (taken.busyUntil === null) {
    const { body } = await getBlob(blobs, keptAnswer(taken));
    const headers = { ...headersOf(taken.location), 'idempotent-replayed': 'true' };
    return new Response(body, { status: taken.status!, headers });
  }
  try {
    const made = await make(taken.id);
    const text = await made.text();
    const location = made.headers.get('location');
    await blobs.put(keptAnswer(taken), text);
    await noteAnswer(db, request, { status: made.status, location });
    jobs.wake({ workspace, endpoint }, Date.now() + KEY_MS);
    return new Response(text, { status: made.status, headers: made.headers });
  } catch (error) {
    await releaseKey(db, request);
    throw error;
  }
}

const headersOf = (location: string | null) => ({
  'content-type': 'application/json',
  ...(location !== null && { location }),
});
