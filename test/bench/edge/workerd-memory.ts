/** The memory of a workerd, as the kernel counts it. */
import { readdir, readFile } from 'node:fs/promises';

/** What `start` starts, and how much memory its workerd holds, in MB. */
export async function withWorkerd<T>(
  start: () => Promise<T>,
): Promise<{ server: T; memory: () => Promise<number> }> {
  const before = new Set(await workerds());
  const server = await start();
  const [pid] = (await workerds()).filter((one) => !before.has(one));
  const memory = async () => {
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+)/m.exec(status)![1]) / 1024;
  };
  return { server, memory };
}

/** Process ids of those that this process started. */
async function workerds(): Promise<string[]> {
  const all = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = all.map(async (pid) => {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    const [, command, parent] = /^\d+ \((.*)\) \S+ (\d+)/.exec(stat) ?? [];
    return command === 'workerd' && Number(parent) === process.pid ? [pid] : [];
  });
  return (await Promise.all(found)).flat();
}
