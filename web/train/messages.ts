/** What the page and its training worker say to one another: plain values. */
import type { MetricPoint } from '../../shared/schema/metric.ts';
import type { Progress, Run } from '../../shared/schema/run.ts';
import type { Backend } from './backends.ts';

export type ToWorker =
  | { type: 'start'; baseUrl: string; token: string; run: string; attempts: Backend[][] }
  | { type: 'stop' };

export type FromWorker =
  /** What it trains on, and why that. */
  | { type: 'backend'; backend: Backend; device: string; reason: string }
  /** A backend was given up; another takes over. */
  | { type: 'fallback'; backend: Backend; reason: string }
  | { type: 'progress'; progress: Progress }
  | { type: 'metrics'; points: MetricPoint[] }
  /** The run has ended, in whatever state. */
  | { type: 'ended'; run: Run }
  /** The run could not go on here. */
  | { type: 'lost'; message: string };
