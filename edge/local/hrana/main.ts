/**
 * The Hrana server as a process of its own: `node main.ts --dir DIR [--port N] [--host H]`, token in LIBSQL_TOKEN.
 * Prints `{"ready":true,"url","port","pid"}` when it serves. Ends on SIGTERM, SIGINT, and when stdin closes: start it
 * with a pipe there, and it cannot outlive its parent, however that one dies.
 */
import { parseArgs } from 'node:util';
import { startHranaServer } from './server.ts';

try {
  const { values } = parseArgs({
    options: {
      dir: { type: 'string' },
      port: { type: 'string', default: '0' },
      host: { type: 'string' },
    },
  });
  const port = Number(values.port);
  if (!values.dir) throw new Error('--dir is missing; name the directory of the database');
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`--port is ${values.port}; 0 to 65535 is needed`);
  const token = process.env.LIBSQL_TOKEN ?? '';
  if (!token) throw new Error('LIBSQL_TOKEN is not set; it is what clients must send');

  const server = await startHranaServer({ dir: values.dir, port, host: values.host, token });
  let ending = false;
  const end = async () => {
    if (ending) return;
    ending = true;
    await server.close();
    process.exit(0);
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  process.stdin.on('end', end).on('error', end).resume();
  console.log(JSON.stringify({ ready: true, url: server.url, port: server.port, pid: process.pid }));
} catch (error) {
  console.error(`libsql: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
