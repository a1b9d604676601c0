/** Whether the server can be reached, knows the token, and tells the same time. */
import { createClient } from '../../shared/api/client.ts';
import { getSession } from '../../shared/api/routes/projects.ts';
import { AppError, type ErrorCode, messageOf } from '../../shared/errors.ts';
import { findServer } from '../find-server.ts';
import type { Finding } from './finding.ts';

const PATIENCE_MS = 10_000;
/** A `Date` header tells whole seconds; what is further off than this confuses whoever reads logs, and soon certificates. */
const MOST_SKEW_S = 30;

const REMEDIES: Partial<Record<ErrorCode, string>> = {
  unauthorized:
    'the token has expired, was revoked or is another server’s: make a new one (npx trainyard runner join-token)',
  unavailable: 'see that the server runs (npm start there) and that no firewall or proxy is in between',
  invalid_request: 'copy the join token again, all of it',
};
const REMEDY = 'start Trainyard (npm start), or set TRAINYARD_JOIN, or TRAINYARD_URL and TRAINYARD_TOKEN';

export async function examineServer(home: string): Promise<Finding[]> {
  const name = 'Server';
  let heardAt: { date: string; sent: number; received: number } | undefined;
  const timed: typeof fetch = async (input, init) => {
    const sent = Date.now();
    const response = await fetch(input, init);
    const date = response.headers.get('date');
    if (date) heardAt = { date, sent, received: Date.now() };
    return response;
  };
  try {
    const { url, token } = findServer(home);
    const client = createClient({ baseUrl: url, token, fetch: timed });
    const { workspace, scope } = await client.call(
      getSession,
      {},
      { signal: AbortSignal.timeout(PATIENCE_MS) },
    );
    const found = `${url}, workspace ${workspace.name}, token of scope ${scope}`;
    const server: Finding =
      scope === 'endpoint'
        ? { name, state: 'fault', found, remedy: 'use a token of scope runner (or owner)' }
        : { name, state: 'ok', found };
    return heardAt ? [server, judgeClock(heardAt)] : [server];
  } catch (error) {
    const remedy = (error instanceof AppError && REMEDIES[error.code]) || REMEDY;
    return [{ name, state: 'fault', found: messageOf(error), remedy }];
  }
}

/** `sent` and `received` by this machine's clock, milliseconds; the server said `date` somewhere in between. */
export function judgeClock({
  date,
  sent,
  received,
}: {
  date: string;
  sent: number;
  received: number;
}): Finding {
  const name = 'Clock';
  const theirs = Date.parse(date);
  // the header's second has begun up to a second ago
  const skew = theirs > received ? theirs - received : theirs + 1000 < sent ? theirs + 1000 - sent : 0;
  const seconds = Math.round(skew / 1000);
  if (seconds === 0) return { name, state: 'ok', found: "agrees with the server's" };
  const found = `${Math.abs(seconds)} s ${seconds > 0 ? 'behind' : 'ahead of'} the server's`;
  if (Math.abs(seconds) <= MOST_SKEW_S) return { name, state: 'ok', found };
  return { name, state: 'note', found, remedy: 'set it by the network: timedatectl set-ntp true' };
}
