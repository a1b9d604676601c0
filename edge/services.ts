/** What handlers work with. `worker.ts` makes it of bindings for each request; nothing here knows of them. */
import type { Counted } from '../shared/endpoint-traffic.ts';
import type { Deployment, Endpoint, Traffic } from '../shared/schema/endpoint.ts';
import type { LiveEvent } from '../shared/schema/live.ts';
import type { ModelVersion } from '../shared/schema/model.ts';
import type { OpenModel } from './endpoint/models.ts';
import type { Db } from './store/db.ts';
import type { Caller } from './store/tokens.ts';

export interface Services {
  db: Db;
  blobs: R2Bucket;
  live: LiveChannel;
  traffic: EndpointTraffic;
  authenticate(secret: string): Promise<Caller | null>;
  /** What an endpoint serves. Throws AppError `not_found`. */
  serving(workspace: string, endpoint: string): Promise<Deployment[]>;
  /** A model, ready to predict. */
  open(workspace: string, version: ModelVersion): Promise<OpenModel>;
  /** Anything that is not the API: the web app. */
  page(request: Request): Promise<Response>;
}

/** Live channels of a workspace. Telling them something never fails and never waits. */
export interface LiveChannel {
  connect(workspace: string, topics: string[], request: Request): Promise<Response>;
  publish(workspace: string, event: LiveEvent): void;
  /** A lease was given: look again when it runs out. */
  watchLeases(workspace: string, expiresAt: string): void;
}

export interface EndpointTraffic {
  /** Never fails and never waits. */
  record(workspace: string, endpoint: string, sample: Counted): void;
  read(workspace: string, endpoint: Endpoint): Promise<Traffic>;
  forget(workspace: string, endpoint: string): Promise<void>;
}
