/** A process of its own for one job: the first to go where memory runs out, and heard line by line. */
import { type ChildProcess, fork } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { platform } from 'node:process';
import type { LogLevel } from '../shared/schema/job.ts';
import { createLineSplitter } from './line-splitter.ts';

/** Characters kept of what a child writes; a stack of V8 has some thousands. */
const LAST_WORDS = 10_000;
/** Of −1000 to 1000: the kernel that is out of memory ends the child before the runner or the server. */
const OOM_SCORE = '800';

export interface Child {
  process: ChildProcess;
  /** What it wrote last. */
  lastWords(): string;
}

/** `file`: from this folder. `onLine`: what it writes, `info` on stdout, `warning` on stderr. */
export function startChild(
  file: string,
  onLine: (text: string, level: LogLevel) => void,
  env: NodeJS.ProcessEnv = process.env,
): Child {
  const child = fork(join(import.meta.dirname, file), {
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env,
  });
  if (platform === 'linux') void writeFile(`/proc/${child.pid}/oom_score_adj`, OOM_SCORE).catch(() => {});
  let lastWords = '';
  for (const [stream, level] of [
    [child.stdout!, 'info'],
    [child.stderr!, 'warning'],
  ] as const) {
    const lines = createLineSplitter((text) => onLine(text, level));
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      lastWords = (lastWords + chunk).slice(-LAST_WORDS);
      lines.add(chunk);
    });
    stream.on('end', lines.end);
  }
  return { process: child, lastWords: () => lastWords };
}
