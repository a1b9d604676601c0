/** Bindings and variables of the Worker, as wrangler.toml names them. */
import type { EndpointMonitor } from './endpoint/monitor.ts';
import type { Live } from './live/live.ts';
import type { CallbacksTo } from './predictions/callback-url.ts';
import type { PredictionJobs } from './predictions/jobs-object.ts';

export interface Env {
  LIBSQL_URL: string;
  LIBSQL_TOKEN?: string;
  BLOBS: R2Bucket;
  LIVE: DurableObjectNamespace<Live>;
  MONITOR: DurableObjectNamespace<EndpointMonitor>;
  JOBS: DurableObjectNamespace<PredictionJobs>;
  CALLBACKS_TO: CallbacksTo;
  ASSETS: Fetcher;
}
