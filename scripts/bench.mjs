// `npm run bench -- NAME [CASE…]`: runs test/bench/NAME.bench.ts on Node 22. That file exports `bench(): Promise<Row[]>`, a
// row being {case, contestant, metric, unit, value, ratioTo, ratio}; they are printed as a table and, last, as one line of JSON.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureWasm } from './build-wasm.mjs';
import { ensureChromium } from './setup/chromium.mjs';
import { ensureDependencies } from './setup/dependencies.mjs';
import { exists, installPackages, node22, requireNode, root, which } from './setup/machine.mjs';
import { main, SetupError } from './setup/progress.mjs';
import { ensureTensorflow } from './setup/tensorflow.mjs';

const program = `
  const { bench } = await import(process.argv[1]);
  const rows = await bench();
  console.table(rows);
  console.log(JSON.stringify({ bench: process.argv[2], rows }));`;

await main(async () => {
  requireNode(20);
  const name = process.argv[2] ?? '';
  const file = join(root, 'test/bench', `${name}.bench.ts`);
  if (!/^[a-z0-9-]+$/.test(name) || !(await exists(file))) {
    const files = await readdir(join(root, 'test/bench')).catch(() => []);
    const names = files.filter((one) => one.endsWith('.bench.ts')).map((one) => one.replace('.bench.ts', ''));
    throw new SetupError(`No benchmark "${name}": npm run bench -- ${names.join(' | ') || 'NAME'}`);
  }
  await ensureDependencies();
  await ensureWasm();
  await ensureTensorflow();
  if (name === 'queue' && !(await which('redis-server')))
    await installPackages(['redis-server'], 'for the queues to compare with');
  if (name === 'edge' && !(await which('wrk'))) await installPackages(['wrk'], 'to put servers under load');
  const args = ['--expose-gc', '--input-type=module', '-e', program, file, name, ...process.argv.slice(3)];
  const CHROMIUM = name.endsWith('-browser') ? await ensureChromium() : process.env.CHROMIUM;
  const env = { ...process.env, ...(CHROMIUM && { CHROMIUM }) };
  const [code] = await once(spawn(node22, args, { cwd: root, env, stdio: 'inherit' }), 'exit');
  return code ?? 1;
});
