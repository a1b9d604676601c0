import type { Candidate } from '../../../shared/executors/choose/candidate.ts';
import type { TrainResult } from '../../../shared/train/events.ts';
import { trainPipeline } from '../../../shared/train/train-pipeline.ts';

export async function trainToEnd(
  candidates: readonly Candidate[],
  options: Parameters<typeof trainPipeline>[1],
): Promise<TrainResult> {
  const training = trainPipeline(candidates, options);
  for (;;) {
    const { done, value } = await training.next();
    if (done) return value;
  }
}
