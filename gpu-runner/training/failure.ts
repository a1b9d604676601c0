/** Why a training failed, in the words of a run: a reason from the list, and a message fit to show a person. */
import { AppError, messageOf } from '../../shared/errors.ts';
import type { FailureReason } from '../../shared/schema/run.ts';
import { isDiskFull } from '../disk-full.ts';

export interface Failure {
  reason: FailureReason;
  message: string;
}

const OUT_OF_MEMORY =
  /out of memory|OOM when allocating|RESOURCE_EXHAUSTED|array buffer allocation failed|bad_alloc|invalid array length/i;
/** The server takes no longer message. */
const LONGEST = 2000;

export function describeFailure(error: unknown): Failure {
  const message = messageOf(error).slice(0, LONGEST);
  if (error instanceof Error && error.name === 'TrainingDiverged') return { reason: 'diverged', message };
  if (isDiskFull(error)) {
    return {
      reason: 'disk_full',
      message: `the disk of the runner is full: ${message}. Make room for TRAINYARD_HOME and the folder of temporary files, then resume the run`,
    };
  }
  if (error instanceof AppError && (error.code === 'invalid_data' || error.code === 'invalid_pipeline')) {
    return { reason: 'bad_data', message };
  }
  if (error instanceof AppError && error.code === 'too_large') return { reason: 'out_of_memory', message };
  if (OUT_OF_MEMORY.test(message)) {
    return {
      reason: 'out_of_memory',
      message: `not enough memory: ${message}. A smaller batch size needs less`.slice(0, LONGEST),
    };
  }
  return { reason: 'code_failed', message };
}

export interface Crash {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** The last that the child wrote to stderr. */
  lastWords: string;
  /** That it was killed because it stood still, in the words of `watchForHangs`; else null. */
  hung: string | null;
}

/** For a child that ended without a word of its own, `times` times in a row. */
export function describeCrash({ code, signal, lastWords, hung }: Crash, times: number): Failure {
  if (hung) {
    return {
      reason: 'hung',
      message: `the training process ${hung} and was ended, ${times} times without getting further. Resume goes on from the last checkpoint; where it always hangs there, another runner may not`,
    };
  }
  const how = signal ? `was killed (${signal})` : `exited with code ${code}`;
  const what = `the training process ${how} ${times} times without getting further`;
  // Around the line that tells stand V8's stack and libtensorflow's remarks.
  const telling = lastWords.split('\n').find((line) => OUT_OF_MEMORY.test(line));
  if (signal !== 'SIGKILL' && !telling) {
    const words = lastWords.trim();
    return { reason: 'code_failed', message: (words ? `${what}: ${words}` : what).slice(0, LONGEST) };
  }
  const why = telling ? ` (${telling.slice(0, LONGEST / 2)})` : '';
  return {
    reason: 'out_of_memory',
    message: `${what}${signal === 'SIGKILL' ? ', most likely for want of memory' : ': not enough memory'}${why}. Fewer rows or a smaller batch size need less; on a machine with more memory, resume goes on from the last checkpoint`,
  };
}
