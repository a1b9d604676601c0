import { describe, expect, it } from 'vitest';
import { AppError } from '../shared/errors.ts';
import { isPassing, retry } from './retry.ts';

const quick = { firstMs: 1, longestMs: 2 };
const away = new AppError('unavailable', 'away');

/** Fails with the given errors, one a call, then answers with the number of calls. */
function failing(...errors: unknown[]) {
  let calls = 0;
  return async () => {
    const error = errors[calls++];
    if (error) throw error;
    return calls;
  };
}

describe('retry', () => {
  it('tries again until the server is back', async () => {
    expect(await retry(failing(away, new TypeError('terminated'), away), quick)).toBe(4);
  });

  it('throws at once what will not pass', async () => {
    const refused = new AppError('stale_fence', 'another runner has it');
    await expect(retry(failing(away, refused), quick)).rejects.toBe(refused);
  });

  it('gives up after the tries it was given', async () => {
    await expect(retry(failing(away, away, away), { ...quick, tries: 2 })).rejects.toBe(away);
  });

  it('stops waiting when aborted, with the reason', async () => {
    const controller = new AbortController();
    const reason = new Error('lost');
    setTimeout(() => controller.abort(reason), 5);
    const forever = () => Promise.reject(away);
    await expect(
      retry(forever, { firstMs: 60_000, longestMs: 60_000, signal: controller.signal }),
    ).rejects.toBe(reason);
  });

  it('gives up a try over a line that has gone silent, and tries again', async () => {
    let calls = 0;
    const answer = await retry(
      (signal) => {
        calls++;
        if (calls === 3) return Promise.resolve('heard');
        return new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
        });
      },
      { ...quick, tryMs: 10 },
    );
    expect([answer, calls]).toEqual(['heard', 3]);
  });

  it.each([
    [new AppError('unavailable', ''), true],
    [new AppError('rate_limited', ''), true],
    [new AppError('internal', ''), true],
    [new AppError('stale_fence', ''), false],
    [new AppError('too_large', ''), false],
    [new Error('a fault of our own'), false],
  ])('%o passes: %s', (error, passing) => {
    expect(isPassing(error)).toBe(passing);
  });
});
