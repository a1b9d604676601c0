import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createClient } from '../../shared/api/client.ts';
import { getSession } from '../../shared/api/routes/projects.ts';
import { followReach } from './reach.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A server that answers in turn: null is away. */
function reaching(answers: (Response | null)[], isWanted = () => true) {
  const changes: boolean[] = [];
  const fetch = async () => {
    const answer = answers.shift();
    if (!answer) throw new TypeError('connection refused');
    return answer;
  };
  const api = createClient({ baseUrl: 'http://localhost', fetch });
  const reach = followReach(api, (isAway) => changes.push(isAway), isWanted);
  return { changes, ask: () => reach.until(() => reach.api.call(getSession, {})) };
}
const refusal = () =>
  new Response(JSON.stringify({ error: { code: 'stale_fence', message: 'another has it' } }), {
    status: 409,
  });

it('waits for a server that is away, and takes its refusal when it is back', async () => {
  const { changes, ask } = reaching([null, null, refusal()]);
  const asked = ask().catch((error) => error);
  await vi.advanceTimersByTimeAsync(1000);
  expect(changes).toEqual([true]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await asked).toMatchObject({ code: 'stale_fence' });
  expect(changes).toEqual([true, false]);
});

it('waits no longer than that is wanted', async () => {
  let isWanted = true;
  const { ask } = reaching([], () => isWanted);
  const asked = ask().catch((error) => error);
  await vi.advanceTimersByTimeAsync(60_000);
  isWanted = false;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await asked).toMatchObject({ code: 'unavailable' });
});
