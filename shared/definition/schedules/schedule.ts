/**
 * What a learning-rate schedule is: a pure function of where a training stands. Each is one file here and one line in `list.ts`.
 */
import * as z from 'zod';

/** Where a training stands, warm-up left out. */
export interface Place {
  /** Steps done, from 0. */
  step: number;
  /** Steps of the whole training, at least 1. */
  totalSteps: number;
  stepsPerEpoch: number;
}

export interface Schedule<P extends { type: string } = { type: string }> {
  type: P['type'];
  /** One sentence for people. */
  summary: string;
  params: z.ZodType<P>;
  /** What the learning rate is multiplied by, from 0 to 1. */
  factor(place: Place, params: P): number;
}

/** What every schedule takes: for so many steps the learning rate first grows from nothing, in a straight line. */
export const WARMUP = { warmupSteps: z.int().min(0).max(1_000_000).default(0) };
