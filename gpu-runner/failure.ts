/** Why a training failed, in the words of a run: a reason from the list, and a message fit to show a person. */
import { AppError, messageOf } from '../shared/errors.ts';
import type { FailureReason } from '../shared/schema/run.ts';

export interface Failure {
  reason: FailureReason;
  message: string;
}

const OUT_OF_MEMORY =
  /out of memory|OOM when allocating|RESOURCE_EXHAUSTED|array buffer allocation failed|bad_alloc|invalid array length/i;

export function describeFailure(error: unknown): Failure {
  const message = messageOf(error).slice(0, 2000);
  if (error instanceof Error && error.name === 'TrainingDiverged') return { reason: 'diverged', message };
  if (error instanceof AppError && (error.code === 'invalid_data' || error.code === 'invalid_pipeline')) {
    return { reason: 'bad_data', message };
  }
  if (OUT_OF_MEMORY.test(message)) {
    return {
      reason: 'out_of_memory',
      message: `not enough memory: ${message}. A smaller batch size needs less`.slice(0, 2000),
    };
  }
  return { reason: 'code_failed', message };
}

export interface Crash {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** The last that the child wrote to stderr. */
  lastWords: string;
}

/** For a child that ended without a word of its own, `times` times in a row. */
export function describeCrash({ code, signal, lastWords }: Crash, times: number): Failure {
  const how = signal ? `was killed (${signal})` : `exited with code ${code}`;
  const hint = signal === 'SIGKILL' ? ', most likely for want of memory' : '';
  const words = lastWords.trim();
  return {
    reason: signal === 'SIGKILL' || OUT_OF_MEMORY.test(words) ? 'out_of_memory' : 'code_failed',
    message:
      `the training process ${how} ${times} times without getting further${hint}${words ? `: ${words}` : ''}`.slice(
        0,
        2000,
      ),
  };
}
