/** What handlers work with. It is made of bindings for each request (connect.ts); nothing here knows of them. */
import type { Counted } from '../shared/endpoint-traffic.ts';
import type { Deployment, Endpoint, Traffic } from '../shared/schema/endpoint.ts';
import type { LiveEvent } from '../shared/schema/live.ts';
import type { OpenModel } from './endpoint/models.ts';
import type { Served } from './endpoint/serving.ts';
import type { CallbacksTo } from './predictions/callback-url.ts';
import type { Db } from './store/db.ts';
import type { Caller } from './store/look-up.ts';
import type { Place } from './store/prediction-jobs.ts';

export interface Services extends InferenceServices {
  db: Db;
  live: LiveChannel;
  traffic: EndpointTraffic;
  jobs: JobQueue;
  /** Anything that is not the API: the web app. */
  page(request: Request): Promise<Response>;
}

/** All that a prediction needs. */
export interface InferenceServices {
  blobs: R2Bucket;
  traffic: Pick<EndpointTraffic, 'record'>;
  authenticate(secret: string): Promise<Caller | null>;
  /** What an endpoint serves. Throws AppError `not_found`. */
  serving(workspace: string, endpoint: string): Promise<Served>;
  /** A model, ready to predict. */
  open(workspace: string, served: Pick<Deployment, 'modelVersion' | 'precision'>): Promise<OpenModel>;
}

/** Live channels of a workspace. Telling them something never fails and never waits. */
export interface LiveChannel {
  connect(workspace: string, topics: string[], request: Request): Promise<Response>;
  publish(workspace: string, event: LiveEvent): void;
  /** Something of the jobs is due then (milliseconds since 1970): look at them. */
  watchJobs(workspace: string, at: number): void;
}

export interface EndpointTraffic {
  /** Never fails and never waits. */
  record(workspace: string, endpoint: string, sample: Counted): void;
  read(workspace: string, endpoint: Endpoint): Promise<Traffic>;
  forget(workspace: string, endpoint: string): Promise<void>;
}

/** What works off the jobs of endpoints. */
export interface JobQueue {
  /** There is something to do then (milliseconds since 1970). Never fails and never waits. */
  wake(place: Place, at: number): void;
  callbacksTo: CallbacksTo;
}
