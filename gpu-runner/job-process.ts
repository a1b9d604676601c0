/** The supervisor's end of a child: starts it, hears it out, stops or kills it. */
import { fork } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { platform } from 'node:process';
import type { TrainEvent } from '../shared/train/events.ts';
import type { Crash } from './failure.ts';
import type { FromChild, JobEnding, JobOrder, ToChild } from './job-messages.ts';
import { tensorflowEnvironment } from './tensorflow/setup-report.ts';

/** A child that was asked to stop and has not within this time is killed, milliseconds. */
const STOP_GRACE_MS = 10_000;
/** Characters kept of what a child writes; a stack of V8 has some thousands. */
const LAST_WORDS = 10_000;
/** Of −1000 to 1000: the kernel that is out of memory ends the child before the runner or the server. */
const OOM_SCORE = '800';

export interface JobProcess {
  pid: number | undefined;
  ended: Promise<JobEnding | ({ type: 'crashed' } & Crash)>;
  stop(): void;
  /** Ends the training early, with what it has learnt. */
  finish(): void;
  kill(): void;
}

export function startJobProcess(order: JobOrder, onEvent: (event: TrainEvent) => void): JobProcess {
  const child = fork(join(import.meta.dirname, 'job.ts'), {
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: tensorflowEnvironment(),
  });
  if (platform === 'linux') void writeFile(`/proc/${child.pid}/oom_score_adj`, OOM_SCORE).catch(() => {});
  let lastWords = '';
  const hear = (chunk: Buffer) => {
    lastWords = (lastWords + chunk).slice(-LAST_WORDS);
  };
  child.stdout?.on('data', hear);
  child.stderr?.on('data', hear);

  const tell = (message: ToChild) => {
    if (child.connected) child.send(message, () => {}); // one that is gone is heard of by its exit
  };
  const kill = () => void child.kill('SIGKILL');
  let killer: NodeJS.Timeout | undefined;

  const ended = new Promise<Awaited<JobProcess['ended']>>((resolve) => {
    child.on('message', (message: FromChild) => {
      if (message.type === 'event') return onEvent(message.event);
      resolve(message);
      child.disconnect(); // the child exits on this
    });
    child.on('error', (error) =>
      resolve({ type: 'crashed', code: null, signal: null, lastWords: error.message }),
    );
    child.on('exit', () => clearTimeout(killer));
    // Once its last words are heard. It does not come after `disconnect`.
    child.on('close', (code, signal) => resolve({ type: 'crashed', code, signal, lastWords }));
  });

  tell({ type: 'start', order });
  return {
    pid: child.pid,
    ended,
    kill,
    finish: () => tell({ type: 'finish' }),
    stop() {
      tell({ type: 'stop' });
      killer ??= setTimeout(kill, STOP_GRACE_MS);
    },
  };
}
