/**
 * Ends the descendants of a process that died without a chance to do so (`kill -9`). Run as `node guard.ts PID` with a
 * pipe of that process as stdin: it notes the descendants while the pipe is open, and ends them when it closes.
 * Linux only, where /proc lists children.
 */
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const NOTE_MS = 1_000;
const GRACE_MS = 3_000;

const parent = Number(process.argv[2]);
/** pid → when it started, so that a pid used again is never mistaken for the process that was noted. */
const noted = new Map<number, string>();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {}); // it leaves last

const timer = setInterval(note, NOTE_MS);
process.stdin.resume().on('close', async () => {
  clearInterval(timer);
  for (const pid of [...noted.keys()]) await noteDescendants(pid);
  await signalNoted('SIGTERM');
  for (let waited = 0; waited < GRACE_MS && (await countAlive()) > 0; waited += 100) await sleep(100);
  await signalNoted('SIGKILL');
  process.exit(0);
});
await note();

async function note() {
  await noteDescendants(parent);
}

async function noteDescendants(pid: number): Promise<void> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  for (const child of children.trim().split(' ').filter(Boolean).map(Number)) {
    if (child === process.pid) continue;
    const started = await startOf(child);
    if (started) noted.set(child, started);
    await noteDescendants(child);
  }
}

/** Field 22 of /proc/PID/stat, counted after the name, which may hold spaces. */
async function startOf(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? undefined : fields[19];
}

async function countAlive(): Promise<number> {
  const alive = await Promise.all([...noted].map(async ([pid, started]) => (await startOf(pid)) === started));
  return alive.filter(Boolean).length;
}

async function signalNoted(signal: NodeJS.Signals): Promise<void> {
  for (const [pid, started] of noted) {
    if ((await startOf(pid)) !== started) continue;
    try {
      process.kill(pid, signal);
    } catch {
      // gone in between
    }
  }
}
