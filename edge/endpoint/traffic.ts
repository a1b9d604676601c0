/**
 * Requests at endpoints, counted in an isolate's memory and told a few times a second, all at once: a request waits for nobody, and does
 * not call a Durable Object of its own.
 */
import { type Counted, TrafficTally } from '../../shared/endpoint-traffic.ts';
import type { Traffic } from '../../shared/schema/endpoint.ts';

const TELL_MS = 250;
/** After this a telling that has not happened is taken for lost with its request, and begun again. */
const LOST_MS = 5000;

export type TellTraffic = (workspace: string, endpoint: string, traffic: Traffic) => Promise<unknown>;

interface Pending {
  tally: TrafficTally;
  /** When its telling was put off, milliseconds since 1970; 0: nothing is to be told. */
  since: number;
}
const all = new Map<string, Pending>();

/** `behind` keeps the request alive for its promise. */
export function countTraffic(
  workspace: string,
  endpoint: string,
  sample: Counted,
  tell: TellTraffic,
  behind: (work: Promise<unknown>) => void,
): void {
  const key = `${workspace}/${endpoint}`;
  let pending = all.get(key);
  if (!pending) {
    pending = { tally: new TrafficTally(), since: 0 };
    all.set(key, pending);
  }
  pending.tally.add(sample);
  if (sample.at - pending.since < LOST_MS) return;
  pending.since = sample.at;
  behind(wait(TELL_MS).then(() => tellTraffic(workspace, endpoint, tell)));
}

/** Tells what this isolate has not told yet. */
export async function tellTraffic(workspace: string, endpoint: string, tell: TellTraffic): Promise<void> {
  const key = `${workspace}/${endpoint}`;
  const pending = all.get(key);
  if (!pending) return;
  all.delete(key);
  await tell(workspace, endpoint, pending.tally.take());
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
