/** How far a training is, and how long it will still take at the pace so far. */
import type { Position } from './checkpoint.ts';
import type { TrainEvent, TrainPhase } from './events.ts';

/** Of an epoch's steps, what a look at the validation rows takes, until one has been timed: a forward pass of an eighth of the rows. */
const VALIDATION_SHARE = 1 / 24;
/** Once the steps are done, the validation rows and the test rows are judged by the best weights. */
const JUDGEMENTS = 2;

/** Reports that the pace is judged by, at most. */
const MARKS = 64;

/** A report: so many steps in so many milliseconds of stepping alone. */
interface Mark {
  step: number;
  ms: number;
}

export function createProgress(epochs: number, from: Position) {
  let marks: Mark[] = [];
  let aside = 0; // ms that were no steps
  let validationMs: number | null = null;

  return {
    report(phase: TrainPhase, { step, epoch }: Position, stepsPerEpoch: number): TrainEvent {
      const totalSteps = stepsPerEpoch * epochs;
      let etaMs: number | null = null;
      if (phase === 'training') {
        marks.push({ step, ms: performance.now() - aside });
        const stepMs = paceOf(marks);
        if (stepMs !== null) {
          const looks = epochs - epoch + JUDGEMENTS;
          etaMs =
            stepMs * (totalSteps - step) +
            looks * (validationMs ?? stepMs * stepsPerEpoch * VALIDATION_SHARE);
        }
        if (marks.length > MARKS) marks = marks.filter((_, i) => i % 2 === 0);
      }
      const passed = stepsPerEpoch > 0 ? step / stepsPerEpoch : from.epoch;
      return { type: 'progress', progress: { phase, step, totalSteps, epoch: passed, epochs, etaMs } };
    },

    /** A look at the validation rows took this long. */
    validated(ms: number) {
      aside += ms;
      validationMs = ms;
    },

    /** Something else took this long, which comes ever less often: a look at what the model says. */
    paused(ms: number) {
      aside += ms;
    },
  };
}

/** Milliseconds a step, of the later half of the steps: the first of all are slower, and say little of those to come. */
function paceOf(marks: readonly Mark[]): number | null {
  const [first, last] = [marks[0]!, marks.at(-1)!];
  const since = marks.findLast(({ step }) => step <= (first.step + last.step) / 2)!;
  return last.step > since.step ? (last.ms - since.ms) / (last.step - since.step) : null;
}
