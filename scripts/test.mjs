// `npm test`: sets up what the tests need, then runs them all on Node 22. What follows `npm test --` goes to vitest.
// The last line counts what really ran: `N passed, N failed, N skipped`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ensureWasm } from './build-wasm.mjs';
import { ensureChromium } from './setup/chromium.mjs';
import { ensureDependencies } from './setup/dependencies.mjs';
import { cache, exists, node22, requireNode, root } from './setup/machine.mjs';
import { main, SetupError, say } from './setup/progress.mjs';
import { ensureTensorflow } from './setup/tensorflow.mjs';

await main(async () => {
  requireNode(20);
  await ensureDependencies();
  await ensureWasm();
  await ensureTensorflow();
  const env = {
    ...process.env,
    PATH: `${dirname(node22)}:${process.env.PATH}`,
    WRANGLER_SEND_METRICS: 'false',
  };
  env.CHROMIUM = await ensureChromium().catch((error) => {
    if (!(error instanceof SetupError)) throw error;
    say(`Browser tests are skipped: ${error.message}`);
    return '';
  });
  const datasets = join(root, '../shared/data');
  if (!env.TRAINYARD_DATASETS && (await exists(datasets))) env.TRAINYARD_DATASETS = datasets;

  const status = await node(['edge/local/build.ts'], env);
  if (status !== 0) return status;
  const results = join(cache, 'tests.json');
  await rm(results, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`];
  const code = await node(
    ['node_modules/vitest/vitest.mjs', 'run', ...reporters, ...process.argv.slice(2)],
    env,
  );
  const { passed, failed, skipped } = count(
    JSON.parse(await readFile(results, 'utf8').catch(() => '{}')),
    code,
  );
  process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  return code === 0 && failed > 0 ? 1 : code;
});

async function node(args, env) {
  const child = spawn(node22, args, { cwd: root, env, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  const [code] = await once(child, 'exit');
  return code ?? 1;
}

/** A file that fails before its first test counts as one failure, and so does a run that fails as a whole. */
function count({ testResults = [] }, code) {
  const tests = testResults.flatMap((file) => file.assertionResults);
  const of = (status) => tests.filter((test) => test.status === status).length;
  const brokenFiles = testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length;
  const passed = of('passed');
  const failed = of('failed') + brokenFiles;
  return { passed, failed: failed || (code === 0 ? 0 : 1), skipped: tests.length - passed - of('failed') };
}
