/** Sends fuzzed bodies to a server, and tells which answers are none that a client could have expected. */
import { fuzzedRequest } from './fuzz-bodies.ts';

/** Of what a person can mend, or of success. */
const EXPECTED = new Set([200, 400, 404, 411, 413, 415, 422]);
const AT_ONCE = 8;
/** An answer that takes longer hangs, ms. */
const PATIENCE = 10_000;

export interface Fuzzed {
  /** Answers by status. */
  statuses: Record<number, number>;
  /** `seed: what was wrong`. */
  faults: string[];
}

export async function fuzz(
  { url, token }: { url: string; token: string },
  { from, count }: { from: number; count: number },
): Promise<Fuzzed> {
  const statuses: Record<number, number> = {};
  const faults: string[] = [];
  let next = from;
  const worker = async () => {
    while (next < from + count) {
      const seed = next++;
      const { path, headers, body } = fuzzedRequest(seed);
      const fault = (what: unknown) => void faults.push(`${seed}: ${what}`);
      try {
        const response = await fetch(url + path, {
          ...{ method: 'POST', body, signal: AbortSignal.timeout(PATIENCE) },
          headers: { ...headers, authorization: `Bearer ${token}` },
        });
        const { status } = response;
        statuses[status] = (statuses[status] ?? 0) + 1;
        const reply = await response.text();
        if (!EXPECTED.has(status)) fault(`${status} ${reply.slice(0, 200)}`);
        else if (status !== 200 && wordsOf(reply).length < 10) fault(`${status} without a reason: ${reply}`);
      } catch (error) {
        fault(error);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return { statuses, faults };
}

/** What an error says, in either protocol. */
function wordsOf(reply: string): string {
  const { error } = JSON.parse(reply) as { error?: string | { message?: string } };
  return (typeof error === 'object' ? error.message : error) ?? '';
}
