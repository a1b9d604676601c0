/** How far a training is, and how long it will still take at the pace so far. */
import type { Position } from './checkpoint.ts';
import type { TrainEvent } from './events.ts';

type TrainPhase = 'preparing' | 'training' | 'evaluating';

export function createProgress(epochs: number, from: Position) {
  let begun: number | null = null; // ms, at the first report of the training itself
  let firstStep = from.step;

  return (phase: TrainPhase, { step }: Position, stepsPerEpoch: number): TrainEvent => {
    const totalSteps = stepsPerEpoch * epochs;
    let etaMs: number | null = null;
    if (phase === 'training') {
      const now = performance.now();
      if (begun === null) {
        begun = now;
        firstStep = step;
      } else if (step > firstStep) {
        etaMs = ((now - begun) / (step - firstStep)) * (totalSteps - step);
      }
    }
    const epoch = stepsPerEpoch > 0 ? step / stepsPerEpoch : from.epoch;
    return { type: 'progress', progress: { phase, step, totalSteps, epoch, epochs, etaMs } };
  };
}
