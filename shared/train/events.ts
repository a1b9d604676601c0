/** What a training yields and returns; plain values only, so that they cross threads and wires as they are. */
import type { MetricPoint, RunMetrics } from '../schema/metric.ts';
import type { Progress } from '../schema/run.ts';

export type TrainEvent =
  /** At least every 250 ms while working. */
  | { type: 'progress'; progress: Progress }
  /** What it trains on, once that is known, and why that. */
  | { type: 'executor'; name: string; device: string; reason: string }
  /** Points for the curves: train loss every few steps, validation metrics every epoch. */
  | { type: 'metrics'; points: MetricPoint[] }
  /** Everything needed to go on exactly from here (`encodeCheckpoint`). */
  | { type: 'checkpoint'; bytes: Uint8Array }
  /** As was wished: nothing comes after it, and what stands is saved. */
  | { type: 'stopped' };

export interface TrainResult {
  /** The artifact's bytes and their sha256. */
  artifact: Uint8Array<ArrayBuffer>;
  sha256: string;
  metrics: RunMetrics;
  epochs: number;
  steps: number;
}
