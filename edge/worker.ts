/** Wires the application to Cloudflare's bindings. */
import type { ExecutionContext } from 'hono';
import { createApp } from './app.ts';
import { openModel } from './endpoint/models.ts';
import { EndpointMonitor } from './endpoint/monitor.ts';
import { servedAt } from './endpoint/serving.ts';
import { countTraffic, type TellTraffic, tellTraffic } from './endpoint/traffic.ts';
import type { Env } from './env.ts';
import { Live } from './live/live.ts';
import { logLine } from './log.ts';
import type { Services } from './services.ts';
import { type Db, openDb } from './store/db.ts';
import { type Caller, findCaller } from './store/tokens.ts';
import { createSwrCache } from './swr-cache.ts';

export { EndpointMonitor, Live };

/** Secret → who calls with it; an isolate looks a token up once a second at most. */
const callers = createSwrCache<Caller>({ freshMs: 1000, staleMs: 10_000, graceMs: 60_000, maxEntries: 1000 });

function connect(env: Env, context: ExecutionContext): Services {
  let opened: Db | undefined;
  const db = () => {
    opened ??= openDb(env.LIBSQL_URL, env.LIBSQL_TOKEN);
    return opened;
  };
  const behind = (work: Promise<unknown>) => context.waitUntil(work.catch(logFault));
  const live = (workspace: string) => env.LIVE.get(env.LIVE.idFromName(workspace));
  const monitor = (workspace: string, endpoint: string) =>
    env.MONITOR.get(env.MONITOR.idFromName(`${workspace}/${endpoint}`));
  const tell: TellTraffic = (workspace, endpoint, traffic) => {
    for (const { version, requests, errors, rows } of traffic.totals)
      logLine({ endpoint, version, requests, errors, rows });
    return Promise.all([
      monitor(workspace, endpoint).record(traffic),
      live(workspace).publish({ type: 'traffic', endpoint, traffic }),
    ]);
  };
  return {
    get db() {
      return db();
    },
    blobs: env.BLOBS,
    authenticate: async (secret) =>
      secret ? callers.get(secret, () => findCaller(db(), secret), behind) : null,
    serving: (workspace, endpoint) => servedAt(db, behind, workspace, endpoint),
    open: (workspace, version) => openModel(env.BLOBS, workspace, version),
    page: (request) => env.ASSETS.fetch(request),
    live: {
      async connect(workspace, topics, request) {
        const channel = live(workspace);
        // A lease that ran out while nothing was awake is noticed as soon as somebody looks.
        await channel.watchLeases(workspace, Date.now());
        const url = new URL(request.url);
        url.search = `topics=${topics.join(',')}`;
        return channel.fetch(new Request(url, request));
      },
      publish: (workspace, event) => behind(live(workspace).publish(event)),
      watchLeases: (workspace, expiresAt) =>
        behind(live(workspace).watchLeases(workspace, Date.parse(expiresAt))),
    },
    traffic: {
      record: (workspace, endpoint, sample) => countTraffic(workspace, endpoint, sample, tell, behind),
      async read(workspace, { name }) {
        await tellTraffic(workspace, name, tell);
        return monitor(workspace, name).read();
      },
      async forget(workspace, endpoint) {
        await tellTraffic(workspace, endpoint, async () => {});
        await monitor(workspace, endpoint).forget();
      },
    },
  };
}

function logFault(error: unknown): void {
  logLine({ level: 'error', error: error instanceof Error ? error.message : String(error) });
}

const app = createApp<Env>(connect);
export default app;
/** The same under a name: what runs on one machine lets requests in by it, past the rules for static files. */
export const direct = { fetch: app.fetch };
