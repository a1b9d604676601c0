/** The child of `probe.ts`: loads TensorFlow, times a matrix product, says what it found, and exits. */
import { messageOf } from '../../shared/errors.ts';
import { loadTensorflow } from './load.ts';
import type { ProbeMessage } from './probe.ts';

const SIZE = 256;
const ROUNDS = 5;

try {
  const { tf, ...found } = await loadTensorflow();
  const a = tf.fill([SIZE, SIZE], 0.5);
  // Every element is SIZE × 0.5 × 0.5.
  const multiply = async () => (await tf.tidy(() => tf.matMul(a, a).max()).data())[0];
  const answer = await multiply(); // the first one also sets the device up
  if (answer !== SIZE / 4) throw new Error(`a matrix product gave ${answer}, expected ${SIZE / 4}`);
  const started = performance.now();
  for (let i = 0; i < ROUNDS; i++) await multiply();
  const ms = (performance.now() - started) / ROUNDS;
  send({ type: 'works', ...found, gflops: (2 * SIZE ** 3) / ms / 1e6 });
} catch (error) {
  send({ type: 'fails', message: messageOf(error) });
}

function send(message: ProbeMessage) {
  process.send?.(message, undefined, {}, () => process.exit());
}
