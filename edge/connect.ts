/** Bindings as the whole API needs them. */
import {
  behindAnswers,
  connectInference,
  type Lasting,
  liveOf,
  monitorOf,
  tellerOf,
} from './endpoint/connect-inference.ts';
import { tellTraffic } from './endpoint/traffic.ts';
import type { Env } from './env.ts';
import type { Services } from './services.ts';
import { type Db, openDb } from './store/db.ts';

export function connect(env: Env, context: Lasting): Services {
  const inference = connectInference(env, context);
  const behind = behindAnswers(context);
  const tell = tellerOf(env);
  let opened: Db | undefined;
  return {
    ...inference,
    get db() {
      opened ??= openDb(env.LIBSQL_URL, env.LIBSQL_TOKEN);
      return opened;
    },
    page: (request) => env.ASSETS.fetch(request),
    live: {
      async connect(workspace, topics, request) {
        const channel = liveOf(env, workspace);
        // A lease that ran out while nothing was awake is noticed as soon as somebody looks.
        await channel.watchJobs(workspace, Date.now());
        const url = new URL(request.url);
        url.search = `topics=${topics.join(',')}`;
        return channel.fetch(new Request(url, request));
      },
      publish: (workspace, event) => behind(liveOf(env, workspace).publish(event)),
      watchJobs: (workspace, at) => behind(liveOf(env, workspace).watchJobs(workspace, at)),
    },
    jobs: {
      wake: (place, at) =>
        behind(env.JOBS.get(env.JOBS.idFromName(`${place.workspace}/${place.endpoint}`)).wake(place, at)),
      callbacksTo: env.CALLBACKS_TO,
    },
    traffic: {
      ...inference.traffic,
      async read(workspace, { name }) {
        await tellTraffic(workspace, name, tell);
        return monitorOf(env, workspace, name).read();
      },
      async forget(workspace, endpoint) {
        await tellTraffic(workspace, endpoint, async () => {});
        await monitorOf(env, workspace, endpoint).forget();
      },
    },
  };
}
