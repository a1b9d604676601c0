/** Debian's Redis on a port of its own, which keeps what it acknowledged as our database does: in a log, synced each second. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../helpers/database-process.ts';

export async function startRedis(): Promise<{ port: number; close(): Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), 'trainyard-redis-'));
  const port = await freePort();
  const options = ['--port', String(port), '--dir', dir, '--appendonly', 'yes', '--save', ''];
  const server: ChildProcess = spawn('redis-server', options, { stdio: 'ignore' });
  await sleep(500);
  return {
    port,
    async close() {
      server.kill('SIGTERM');
      await rm(dir, { recursive: true, force: true });
    },
  };
}
