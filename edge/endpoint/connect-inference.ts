/** Bindings as predictions need them. */
import type { Env } from '../env.ts';
import { logLine } from '../log.ts';
import type { InferenceServices } from '../services.ts';
import { type Caller, findCaller } from '../store/look-up.ts';
import { createSwrCache } from '../swr-cache.ts';
import { openModel } from './models.ts';
import { servedAt } from './serving.ts';
import { countTraffic, type TellTraffic } from './traffic.ts';

/** Secret → who calls with it; an isolate looks a token up once a second at most. */
const callers = createSwrCache<Caller>({ freshMs: 1000, staleMs: 10_000, graceMs: 60_000, maxEntries: 1000 });

/** What a request leaves to be done behind its answer. */
export interface Lasting {
  waitUntil(work: Promise<unknown>): void;
}

export function connectInference(env: Env, context: Lasting): InferenceServices {
  const database = { url: env.LIBSQL_URL, token: env.LIBSQL_TOKEN };
  const behind = behindAnswers(context);
  const tell = tellerOf(env);
  return {
    blobs: env.BLOBS,
    authenticate: async (secret) =>
      secret ? callers.get(secret, () => findCaller(database, secret), behind) : null,
    serving: (workspace, endpoint) => servedAt(database, behind, workspace, endpoint),
    open: (workspace, served) => openModel(env.BLOBS, workspace, served, behind),
    traffic: {
      record: (workspace, endpoint, sample) => countTraffic(workspace, endpoint, sample, tell, behind),
    },
  };
}

/** Keeps the request alive for work that nobody waits for; what goes wrong with it is logged. */
export function behindAnswers(context: Lasting): (work: Promise<unknown>) => void {
  return (work) => context.waitUntil(work.catch(logFault));
}

function logFault(error: unknown): void {
  logLine({ level: 'error', error: error instanceof Error ? error.message : String(error) });
}

export const liveOf = ({ LIVE }: Env, workspace: string) => LIVE.get(LIVE.idFromName(workspace));
export const monitorOf = ({ MONITOR }: Env, workspace: string, endpoint: string) =>
  MONITOR.get(MONITOR.idFromName(`${workspace}/${endpoint}`));

export function tellerOf(env: Env): TellTraffic {
  return (workspace, endpoint, traffic) => {
    for (const { version, requests, errors, rows } of traffic.totals)
      logLine({ endpoint, version, requests, errors, rows });
    return Promise.all([
      monitorOf(env, workspace, endpoint).record(traffic),
      liveOf(env, workspace).publish({ type: 'traffic', endpoint, traffic }),
    ]);
  };
}
