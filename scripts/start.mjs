// `npm start`: sets up what is missing, then runs the local Trainyard (edge/local/main.ts) on Node 22 until it is ended.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { ensureWasm } from './build-wasm.mjs';
import { ensureDependencies } from './setup/dependencies.mjs';
import { node22, requireDisk, requireNode, root } from './setup/machine.mjs';
import { main, SetupError } from './setup/progress.mjs';
import { ensureTensorflow } from './setup/tensorflow.mjs';

await main(async () => {
  requireNode(20);
  await requireDisk(0.2, root, 'Trainyard');
  await requirePort(process.env.PORT || '8787');
  await ensureDependencies();
  await ensureWasm();
  await ensureTensorflow();

  // The child ends when the channel to this process closes, so it cannot be left behind.
  const child = spawn(node22, ['edge/local/main.ts'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  endWithNpm(() => child.kill('SIGTERM'));
  const [code] = await once(child, 'exit');
  return code ?? 1;
});

/** Early, before minutes of set-up, and in one line. */
async function requirePort(text) {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new SetupError(`PORT is "${text}": a number from 0 to 65535 is needed.`);
  }
  const probe = createServer().listen(port, '127.0.0.1');
  await once(probe, 'listening').catch(() => {
    throw new SetupError(`Port ${port} is in use: start with another, as in PORT=${port + 1} npm start`);
  });
  probe.close();
}

/** `kill -9` of npm does not reach this process, which then gets another parent. */
function endWithNpm(end) {
  if (process.env.npm_lifecycle_event !== 'start') return;
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && end(), 1_000).unref();
}
