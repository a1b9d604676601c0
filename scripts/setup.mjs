// `npm run setup`: everything that `npm start` and `npm test` would fetch or build, tried again where it failed.
import { ensureWasm } from './build-wasm.mjs';
import { ensureChromium } from './setup/chromium.mjs';
import { ensureDependencies } from './setup/dependencies.mjs';
import { requireNode } from './setup/machine.mjs';
import { main, say } from './setup/progress.mjs';
import { ensureTensorflow } from './setup/tensorflow.mjs';

await main(async () => {
  requireNode(20);
  await ensureDependencies();
  await ensureWasm();
  const tensorflow = await ensureTensorflow({ again: true });
  say(`TensorFlow: ${tensorflow.why}`);
  say(`Browser for the tests: ${await ensureChromium()}`);
});
