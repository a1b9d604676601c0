/** How far a training is, and how long it will still take at the pace so far. */
import type { Position } from './checkpoint.ts';
import type { TrainEvent } from './events.ts';

type TrainPhase = 'preparing' | 'training' | 'evaluating';

/** Of an epoch's steps, what a look at the validation rows takes, until one has been timed: a forward pass of an eighth of the rows. */
const VALIDATION_SHARE = 1 / 24;
/** Once the steps are done, the validation rows and the test rows are judged by the best weights. */
const JUDGEMENTS = 2;

export function createProgress(epochs: number, from: Position) {
  let begun: number | null = null; // ms, at the first report of the training itself
  let firstStep = from.step;
  let validating = 0; // ms
  let validations = 0;

  return {
    report(phase: TrainPhase, { step, epoch }: Position, stepsPerEpoch: number): TrainEvent {
      const totalSteps = stepsPerEpoch * epochs;
      let etaMs: number | null = null;
      if (phase === 'training') {
        const now = performance.now();
        if (begun === null) {
          begun = now;
          firstStep = step;
        } else if (step > firstStep) {
          const stepMs = (now - begun - validating) / (step - firstStep);
          const validationMs =
            validations > 0 ? validating / validations : stepMs * stepsPerEpoch * VALIDATION_SHARE;
          etaMs = stepMs * (totalSteps - step) + validationMs * (epochs - epoch + JUDGEMENTS);
        }
      }
      const passed = stepsPerEpoch > 0 ? step / stepsPerEpoch : from.epoch;
      return { type: 'progress', progress: { phase, step, totalSteps, epoch: passed, epochs, etaMs } };
    },

    /** A look at the validation rows took this long. */
    validated(ms: number) {
      if (begun === null) return;
      validating += ms;
      validations += 1;
    },
  };
}
