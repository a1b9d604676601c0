/** Endpoint, Deployment (a model version with its share of the traffic), or a graph of models, and the traffic that a page shows. */
import * as z from 'zod';
import { idOf, Name, Timestamp } from './id.ts';
import { InferenceGraph } from './inference-graph.ts';
import { ModelVersion } from './model.ts';
import { Precision } from './precision.ts';

export const Deployment = z.object({
  modelVersion: ModelVersion,
  /** Per cent of the requests; an endpoint's deployments add up to 100. What a graph says is who answers has none of it. */
  traffic: z.int().min(0).max(100),
  /** The numbers that its products are computed in. */
  precision: Precision,
});
export type Deployment = z.infer<typeof Deployment>;

export const Endpoint = z.object({
  id: idOf('endpoint'),
  project: idOf('project'),
  name: Name,
  /** Of a graph all model versions that it runs. */
  deployments: z.array(Deployment).min(1),
  /** Who answers, where it is not one of the deployments by its share. */
  graph: InferenceGraph.nullable().default(null),
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
export type Endpoint = z.infer<typeof Endpoint>;

/** Requests in one minute. */
export const TrafficBucket = z.object({
  minute: Timestamp,
  requests: z.int(),
  errors: z.int(),
  /** Milliseconds, summed over requests. */
  totalMs: z.number(),
});
export type TrafficBucket = z.infer<typeof TrafficBucket>;
export const TrafficSample = z.object({
  at: Timestamp,
  status: z.int(),
  ms: z.number(),
  /** What was answered, in short: "Adelie", "152.1", or an error's code. */
  summary: z.string(),
  /** Of the model that answered. */
  version: z.int(),
  /** Predictions made. */
  rows: z.int(),
});
/** Of one version, since the endpoint was made. */
export const TrafficTotal = z.object({
  version: z.int(),
  rows: z.int(),
  requests: z.int(),
  errors: z.int(),
  /** Milliseconds, of the requests that were answered, and of those that were refused. */
  answeredMs: z.number(),
  refusedMs: z.number(),
  last: Timestamp,
});
export type TrafficTotal = z.infer<typeof TrafficTotal>;
/** Of one step of a graph, since the endpoint was made. */
export const StepTotal = z.object({
  /** NODE/STEP. */
  step: z.string(),
  model: Name,
  version: z.int(),
  rows: z.int(),
  requests: z.int(),
});
export type StepTotal = z.infer<typeof StepTotal>;
export const Traffic = z.object({
  buckets: z.array(TrafficBucket),
  recent: z.array(TrafficSample),
  totals: z.array(TrafficTotal),
  steps: z.array(StepTotal).default([]),
});
export type Traffic = z.infer<typeof Traffic>;
export type TrafficSample = z.infer<typeof TrafficSample>;
