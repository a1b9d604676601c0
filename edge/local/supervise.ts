/** Keeps a child process alive: started again, with growing pauses, whenever it ends before it is told to. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

export interface Supervised {
  /** SIGTERM, then SIGKILL after `graceMs`; resolves when the process is gone. */
  stop(graceMs?: number): Promise<void>;
}

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 10_000;
const HEALTHY_MS = 60_000; // having lived this long, the next pause is the first again

export function supervise(name: string, start: () => ChildProcess, log: (line: string) => void): Supervised {
  let child: ChildProcess | null = null;
  let timer: NodeJS.Timeout | undefined;
  let pause = FIRST_PAUSE_MS;
  let stopping = false;

  const launch = () => {
    const started = performance.now();
    child = start();
    child.once('exit', (code, signal) => {
      child = null;
      if (stopping) return;
      if (performance.now() - started > HEALTHY_MS) pause = FIRST_PAUSE_MS;
      timer = setTimeout(() => {
        // Said only now: Ctrl-C reaches the children too, and then nothing is started again.
        log(`The ${name} ended (${signal ?? code}); it is started again.`);
        launch();
      }, pause);
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    });
  };
  launch();

  return {
    async stop(graceMs = 5_000) {
      stopping = true;
      clearTimeout(timer);
      if (!child) return;
      const ending = child;
      const gone = once(ending, 'exit');
      ending.kill('SIGTERM');
      const kill = setTimeout(() => ending.kill('SIGKILL'), graceMs);
      await gone;
      clearTimeout(kill);
    },
  };
}
