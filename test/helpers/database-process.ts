/** The local libSQL server as a process of its own, to be killed as a test likes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { root } from '../../edge/local/build.ts';

/** Started again on the same port when it was killed. */
export async function startDatabase(dir: string) {
  await mkdir(dir, { recursive: true });
  const port = await freePort();
  const token = randomUUID();
  let child: ChildProcess | undefined;
  const start = async () => {
    const args = [join(root, 'edge/local/hrana/main.ts'), '--dir', dir, '--port', String(port)];
    child = spawn(process.execPath, args, {
      env: { ...process.env, LIBSQL_TOKEN: token },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await once(child.stdout!, 'data'); // it is ready
  };
  await start();
  return {
    url: `http://127.0.0.1:${port}`,
    token,
    close: () => void child?.kill('SIGKILL'),
    async kill(): Promise<boolean> {
      const gone = once(child!, 'exit');
      child!.kill('SIGKILL');
      await gone;
      await start();
      return true;
    },
  };
}

export async function freePort(): Promise<number> {
  const probe = createServer();
  await once(probe.listen(0, '127.0.0.1'), 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, 'close');
  return port;
}
