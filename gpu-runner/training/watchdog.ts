/**
 * Notices a training that stands still: one of which nothing is heard. It counts its own ticks and reads no clock, so that a runner
 * which stood still itself (a laptop that slept, a SIGSTOP) accuses nobody.
 */
import type { Progress } from '../../shared/schema/run.ts';
import type { TrainEvent } from '../../shared/train/events.ts';

/** Silence before the first step (reading data, compiling for a GPU) that is taken for a hang, milliseconds. */
export const HUNG_AFTER_MS = 300_000;
/** After the first step this share of it is enough, unless that training is slow by itself. */
const TRAINING_SHARE = 1 / 5;
/** One that is so many times as long silent as it usually is has hung. */
const TIMES_AS_LONG = 20;
/** How much the latest silence counts in what is usual. */
const LATEST = 0.1;

export interface Watchdog {
  heard(event: TrainEvent): void;
  end(): void;
}

/** `onHung` is told once, in words without a subject: "said nothing for 60 s (training, step 31 of 100)". */
export function watchForHangs(hungAfterMs: number, onHung: (words: string) => void): Watchdog {
  const tickMs = Math.min(1000, hungAfterMs / 50);
  let silentMs = 0;
  let betweenReportsMs = 0;
  let usualMs = 0;
  let progress: Progress | undefined;
  const limitMs = () =>
    progress && progress.step > 0
      ? Math.max(hungAfterMs * TRAINING_SHARE, TIMES_AS_LONG * usualMs)
      : hungAfterMs;
  const timer = setInterval(() => {
    silentMs += tickMs;
    betweenReportsMs += tickMs;
    if (silentMs < limitMs()) return;
    end();
    onHung(`said nothing for ${Number((silentMs / 1000).toPrecision(3))} s (${where(progress)})`);
  }, tickMs);
  const end = () => clearInterval(timer);
  return {
    heard(event) {
      silentMs = 0;
      if (event.type !== 'progress') return;
      usualMs += LATEST * (betweenReportsMs - usualMs);
      betweenReportsMs = 0;
      progress = event.progress;
    },
    end,
  };
}

const where = (progress: Progress | undefined) =>
  progress ? `${progress.phase}, step ${progress.step} of ${progress.totalSteps}` : 'starting';
