/** What the page and its training worker say to one another: plain values. */
import type { MetricPoint } from '../../shared/schema/metric.ts';
import type { Progress, Run } from '../../shared/schema/run.ts';
import type { Snapshot } from '../../shared/schema/snapshot.ts';
import type { Backend } from './backends.ts';

export type ToWorker =
  | { type: 'start'; baseUrl: string; token: string; run: string; attempts: Backend[][] }
  /** Wishes of the training: see `Wishes`. */
  | { type: 'stop' | 'finish' };

export type FromWorker =
  /** What it trains on, and why that. */
  | { type: 'backend'; backend: Backend; device: string; reason: string }
  /** A backend was given up; another takes over. */
  | { type: 'fallback'; backend: Backend; reason: string }
  /** The lease of an earlier tab must run out first. */
  | { type: 'waiting' }
  /** This machine has no room for checkpoints: they all go to the server. */
  | { type: 'not-kept' }
  /** It cannot be reached, or is back: the training goes on meanwhile. */
  | { type: 'server'; isAway: boolean }
  | { type: 'progress'; progress: Progress }
  | { type: 'metrics'; points: MetricPoint[] }
  | { type: 'snapshot'; snapshot: Snapshot }
  /** The run has ended, in whatever state. */
  | { type: 'ended'; run: Run }
  /** The run could not go on here. */
  | { type: 'lost'; message: string };
