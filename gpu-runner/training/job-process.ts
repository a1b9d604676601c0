/** The supervisor's end of a child: starts it, hears it out, stops or kills it, also where it stands still. */
import type { Average, Update } from '../../shared/federated/round.ts';
import type { LogLevel } from '../../shared/schema/job.ts';
import type { TrainEvent } from '../../shared/train/events.ts';
import { startChild } from '../start-child.ts';
import { tensorflowEnvironment } from '../tensorflow/setup-report.ts';
import type { Crash } from './failure.ts';
import type { FromChild, JobEnding, JobOrder, ToChild } from './job-messages.ts';
import { watchForHangs } from './watchdog.ts';

/** A child that was asked to stop and has not within this time is killed, milliseconds. */
const STOP_GRACE_MS = 10_000;

export interface JobProcess {
  pid: number | undefined;
  ended: Promise<JobEnding | ({ type: 'crashed' } & Crash)>;
  stop(): void;
  /** Ends the training early, with what it has learnt. */
  finish(): void;
  kill(): void;
}

export interface JobProcessOptions {
  onEvent(event: TrainEvent): void;
  /** The end of a round of those who train together; resolves to what all go on from. Where it rejects, the child waits to be killed. */
  onExchange(update: Update): Promise<Average>;
  /** What it writes by itself: `info` on stdout, `warning` on stderr. */
  onLine(text: string, level: LogLevel): void;
  /** Silence before the first step after which it is killed; see `watchForHangs`. */
  hungAfterMs: number;
}

export function startJobProcess(
  order: JobOrder,
  { onEvent, onExchange, onLine, hungAfterMs }: JobProcessOptions,
): JobProcess {
  const { process: child, lastWords } = startChild('training/job.ts', onLine, tensorflowEnvironment());
  const tell = (message: ToChild) => {
    if (child.connected) child.send(message, () => {}); // one that is gone is heard of by its exit
  };
  const kill = () => void child.kill('SIGKILL');
  let killer: NodeJS.Timeout | undefined;
  let hung: string | null = null;
  const watchdog = watchForHangs(hungAfterMs, (words) => {
    hung = words;
    kill();
  });

  const ended = new Promise<Awaited<JobProcess['ended']>>((resolve) => {
    child.on('message', (message: FromChild) => {
      if (message.type === 'event') {
        watchdog.heard(message.event);
        return onEvent(message.event);
      }
      if (message.type === 'exchange') {
        void onExchange(message.update).then(
          (average) => tell({ type: 'average', average }),
          () => {}, // whoever could not exchange it ends this child
        );
        return;
      }
      watchdog.end();
      resolve(message);
      child.disconnect(); // the child exits on this
    });
    child.on('error', (error) =>
      resolve({ type: 'crashed', code: null, signal: null, lastWords: error.message, hung }),
    );
    child.on('exit', () => {
      clearTimeout(killer);
      watchdog.end();
    });
    // Once its last words are heard. It does not come after `disconnect`.
    child.on('close', (code, signal) =>
      resolve({ type: 'crashed', code, signal, lastWords: lastWords(), hung }),
    );
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
