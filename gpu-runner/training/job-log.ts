/**
 * A job's log on its way to the server: lines, gathered for up to a second, numbered as they leave. It holds up nobody: of what waits
 * while the server is away the oldest goes, and what cannot be sent is let go of.
 */
import { type LogLevel, type LogLine, MAX_LINE } from '../../shared/schema/job.ts';
import { type RetryOptions, retry } from '../retry.ts';

const BATCH_MS = 1000;
const BATCH_LINES = 500;
const MOST_WAITING = 5000;
/** Longest that a job's ending waits for its log, milliseconds. */
const FLUSH_MS = 3000;

export interface JobLogOptions {
  send(lines: LogLine[], signal: AbortSignal): Promise<unknown>;
  retry?: RetryOptions;
  /** Milliseconds that `flush` waits at most. */
  flushMs?: number;
}

export interface JobLog {
  add(text: string, level?: LogLevel): void;
  /** Sends what waits, as far as that goes in time. Never rejects. */
  flush(): Promise<void>;
  /** Lets go of what still waits. */
  close(): void;
}

export function createJobLog({ send, retry: options = {}, flushMs = FLUSH_MS }: JobLogOptions): JobLog {
  const closed = new AbortController();
  const signal = AbortSignal.any([closed.signal, ...(options.signal ? [options.signal] : [])]);
  const waiting: Omit<LogLine, 'line'>[] = [];
  let dropped = 0;
  let line = 0;
  let timer: NodeJS.Timeout | undefined;
  let sending: Promise<void> | undefined;

  return {
    add(text, level = 'info') {
      if (signal.aborted) return;
      waiting.push({ at: new Date().toISOString(), level, text: text.slice(0, MAX_LINE) });
      if (waiting.length > MOST_WAITING) {
        waiting.shift();
        dropped++;
      }
      timer ??= setTimeout(begin, BATCH_MS);
    },
    async flush() {
      let late: NodeJS.Timeout | undefined;
      const inTime = new Promise((resolve) => {
        late = setTimeout(resolve, flushMs);
      });
      await Promise.race([begin(), inTime]);
      clearTimeout(late);
    },
    close() {
      clearTimeout(timer);
      closed.abort();
    },
  };

  /** Resolves when all that waits has left, or cannot. */
  function begin(): Promise<void> {
    clearTimeout(timer);
    sending ??= sendAll()
      .catch(() => closed.abort()) // refused for good, or let go of
      .finally(() => {
        sending = undefined;
        timer = undefined;
      });
    return sending;
  }

  async function sendAll(): Promise<void> {
    while (waiting.length > 0) {
      const lines = nextBatch();
      await retry((inTime) => send(lines, inTime), { ...options, signal, tryMs: 10_000 });
    }
  }

  function nextBatch(): LogLine[] {
    const lines = waiting.splice(0, BATCH_LINES - 1);
    if (dropped > 0) {
      const text = `${dropped} lines are missing here: the server was away for too long`;
      lines.unshift({ at: lines[0]!.at, level: 'warning', text });
      dropped = 0;
    }
    return lines.map((one) => ({ line: line++, ...one }));
  }
}
