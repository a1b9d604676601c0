/** What the page and its training worker say to one another: plain values. */
import type { JobAssignment } from '../../shared/api/routes/jobs.ts';
import type { MetricPoint } from '../../shared/schema/metric.ts';
import type { Progress, Run } from '../../shared/schema/run.ts';
import type { Snapshot } from '../../shared/schema/snapshot.ts';
import type { Wishes } from '../../shared/train/train-options.ts';
import type { Inspection } from '../data/inspect.ts';
import type { Backend } from './backends.ts';

export type ToWorker =
  | TrainingOrder
  /** Wishes of the training: see `TabWishes`. */
  | { type: 'stop' | 'finish' | 'handBack' };

export interface TrainingOrder {
  type: 'start';
  baseUrl: string;
  token: string;
  run: string;
  attempts: Backend[][];
  /** A job that was taken from the queue of the runners; null: the run is this tab's, which takes its job. */
  lent: JobAssignment | null;
  /** Rows that only this tab has, of a participant that is to learn from such. */
  own: Inspection | null;
}

export interface TabWishes extends Wishes {
  /** To stop here, so that others go on. */
  handBack?: boolean;
}

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
  /** The run has ended, in whatever state; `problem`: why, where the server must not hear it. */
  | { type: 'ended'; run: Run; problem: string | null }
  /** The run could not go on here. */
  | { type: 'lost'; message: string };
