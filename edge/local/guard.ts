/**
 * Ends what a process that died without a chance to do so (`kill -9`) leaves behind. Run as `node guard.ts` with a pipe of
 * that process as stdin: when the pipe closes, every process that carries the same TRAINYARD_GUARD in its environment is
 * ended. Linux only: it reads /proc.
 */
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const GRACE_MS = 3_000;
const mark = `TRAINYARD_GUARD=${process.env.TRAINYARD_GUARD}`;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {}); // it leaves last
process.stdin.resume().on('close', async () => {
  end(await findMarked(), 'SIGTERM');
  for (let waited = 0; waited < GRACE_MS && (await findMarked()).length > 0; waited += 100) await sleep(100);
  end(await findMarked(), 'SIGKILL');
  process.exit(0);
});

async function findMarked(): Promise<number[]> {
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0 && pid !== process.pid);
  const marked = pids.map(async (pid) => {
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
    return environment.split('\0').includes(mark);
  });
  const found = await Promise.all(marked);
  return pids.filter((_, i) => found[i]);
}

function end(pids: number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // gone in between
    }
  }
}
