/** What a training yields and returns; plain values only, so that they cross threads and wires as they are. */
import type { MetricPoint, RunMetrics } from '../schema/metric.ts';
import type { Progress } from '../schema/run.ts';
import type { Snapshot } from '../schema/snapshot.ts';

export type TrainEvent =
  /** At least every 250 ms while working. */
  | { type: 'progress'; progress: Progress }
  /** What it trains on, once that is known, and why that; `bytes`: what it holds in memory, about. */
  | { type: 'executor'; name: string; device: string; reason: string; bytes: number }
  /** Points for the curves: train loss every few steps, validation metrics every epoch. */
  | { type: 'metrics'; points: MetricPoint[] }
  /** What the model says by now, at some of the validations and at the end. */
  | { type: 'snapshot'; snapshot: Snapshot }
  /** Everything needed to go on exactly from here (`encodeCheckpoint`). */
  | { type: 'checkpoint'; bytes: Uint8Array }
  /** As was wished: nothing comes after it, and what stands is saved. */
  | { type: 'stopped' };

/** What a training is at; of several workers each waits now and then for the others. */
export const WAITING = 'waiting for other workers';
export type TrainPhase = 'preparing' | 'training' | typeof WAITING | 'evaluating';

/** Whether a training that is told to stop saves what stands and says so; in its other phases there is nothing to save. */
export const savesWhenStopped = (phase: string): boolean => phase === 'training' || phase === WAITING;

export interface TrainResult {
  /** The artifact's bytes and their sha256. */
  artifact: Uint8Array<ArrayBuffer>;
  sha256: string;
  metrics: RunMetrics;
  epochs: number;
  steps: number;
}
