// For a runner's image: packages, our kernels and TensorFlow, of what `npm run setup` does without a browser. TensorFlow has to load.
import { ensureWasm } from '../../scripts/build-wasm.mjs';
import { ensureDependencies } from '../../scripts/setup/dependencies.mjs';
import { main, SetupError, say } from '../../scripts/setup/progress.mjs';
import { ensureTensorflow } from '../../scripts/setup/tensorflow.mjs';

await main(async () => {
  await ensureDependencies();
  await ensureWasm();
  const { source, why } = await ensureTensorflow();
  if (source === 'none') throw new SetupError(why);
  say(`TensorFlow: ${why}`);
});
