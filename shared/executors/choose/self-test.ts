/**
 * Whether an executor computes what it should on this very device: drivers have been seen to give wrong numbers silently. A
 * few training steps of a small network with a convolution, against the reference.
 */
import { AppError } from '../../errors.ts';
import { sizeOf } from '../../graph/operator.ts';
import { traceGraph } from '../../graph/ops.ts';
import { createRandom } from '../../graph/random.ts';
import { trainStep } from '../../graph/train-step.ts';
import type { Executor, Values } from '../executor.ts';
import { createPlainExecutor } from '../plain/plain-executor.ts';

const STEPS = 3;
const TOLERANCE = 1e-4;

/** Throws AppError `unsupported` where its losses are not the reference's. */
export async function selfTest(executor: Executor): Promise<void> {
  const expected = await lossesOf(createPlainExecutor());
  const actual = await lossesOf(executor);
  for (const [step, loss] of expected.entries()) {
    if (!(Math.abs(actual[step]! - loss) <= TOLERANCE * Math.max(1, Math.abs(loss)))) {
      throw new AppError(
        'unsupported',
        `${executor.name} computes wrongly on this device: a loss of ${actual[step]} where ${loss} is right`,
      );
    }
  }
}

async function lossesOf(executor: Executor): Promise<Float32Array> {
  const program = await executor.compile(step.graph, values);
  try {
    const rate = Float32Array.from({ length: STEPS }, (_, i) => step.scalars(i + 1).rate!);
    return (await program.steps(STEPS, { rate })).loss!;
  } finally {
    program.dispose();
  }
}

const pictures = [5, 6, 5, 2];
const step = trainStep(
  traceGraph(({ ops, parameter }) => {
    const x = parameter('x', pictures, 'zeros', { trainable: false });
    const labels = parameter('labels', [5], 'zeros', { dtype: 'int32', trainable: false });
    const kernel = parameter('kernel', [3, 3, 2, 7], 'glorotUniform');
    const y = ops.relu(ops.conv2d(x, kernel, { strides: [1, 1], padding: 'same' }));
    const pooled = ops.maxPool2d(y, { size: [2, 2], strides: [2, 2], padding: 'valid' });
    const flat = ops.reshape(pooled, { shape: [5, 42] });
    const z = ops.add(
      ops.matmul(flat, parameter('weights_2', [42, 3], 'glorotUniform')),
      parameter('bias', [3], 'zeros'),
    );
    return { loss: ops.mean(ops.softmaxCrossEntropy(z, labels), { axes: [0] }) };
  }),
  { type: 'adam', learningRate: 0.01 },
);
const noise = (size: number, key: number, scale: number) => {
  const random = createRandom(key);
  return Float32Array.from({ length: size }, () => (2 * random() - 1) * scale);
};
const values: Values = new Map([
  ['x', { shape: pictures, data: noise(sizeOf(pictures), 1, 1) }],
  ['labels', { shape: [5], data: Int32Array.of(0, 1, 2, 1, 0) }],
  ['weights', { shape: [step.layout.size], data: noise(step.layout.size, 2, 0.3) }],
]);
