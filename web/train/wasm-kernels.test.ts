import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import { registerWasmKernels } from './wasm-kernels.ts';

const ramp = (shape: readonly [number, number, number, number], step: number) => {
  const size = shape.reduce((product, side) => product * side, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, (_, i) => Math.sin(i * step)),
    [...shape] as [number, number, number, number],
  );
};

type Layer = (x: tf.Tensor4D, w: tf.Tensor4D) => tf.Tensor4D;
const FILTER = [3, 3, 3, 4] as const;

/** Gradients of sum(weights × layer(x, w)) on one backend. */
async function gradientsOn(backend: string, layer: Layer) {
  await tf.setBackend(backend);
  const x = ramp([2, 6, 6, 3], 0.7);
  const w = ramp(FILTER, 0.3);
  const loss = (x: tf.Tensor, w: tf.Tensor) => {
    const y = layer(x as tf.Tensor4D, w as tf.Tensor4D);
    return tf.sum(tf.mul(y, ramp(y.shape, 1.1)));
  };
  const gradients = tf.grads(loss)([x, w]);
  return Promise.all(gradients.map(async (gradient) => [...(await gradient.data())]));
}

async function expectAgreement(layer: Layer): Promise<void> {
  const got = await gradientsOn('wasm', layer);
  const wanted = await gradientsOn('cpu', layer);
  for (const [i, values] of got.entries()) {
    const furthest = Math.max(...values.map((value, j) => Math.abs(value - wanted[i]![j]!)));
    expect(values.length).toBe(wanted[i]!.length);
    expect(furthest).toBeLessThan(1e-4);
  }
}

describe('gradients on WASM agree with those of the CPU backend', () => {
  beforeAll(async () => {
    tf.enableProdMode(); // else it advertises another package on the console
    const module = import.meta.resolve('@tensorflow/tfjs-backend-wasm');
    setWasmPaths(fileURLToPath(new URL('../wasm-out/', module)));
    registerWasmKernels();
  });

  it.each([
    [1, 'same'],
    [1, 'valid'],
    [2, 'same'],
    [2, 'valid'],
  ] as const)('convolution, stride %i, padding %s', async (stride, pad) => {
    await expectAgreement((x, w) => tf.conv2d(x, w, stride, pad));
  });

  it.each([
    [2, 2, 'valid'],
    [3, 2, 'same'],
    [4, 4, 'valid'],
    [3, 1, 'valid'],
  ] as const)('pooling of %i by %i, padding %s, after a convolution', async (size, stride, pad) => {
    await expectAgreement((x, w) => tf.maxPool(tf.conv2d(x, w, 1, 'same'), size, stride, pad));
  });

  it('pooling of equal values: the first takes all', async () => {
    await expectAgreement((x, w) =>
      tf.maxPool(tf.sign(tf.conv2d(x, w, 1, 'same')) as tf.Tensor4D, 2, 2, 'valid'),
    );
    await tf.setBackend('wasm');
    const gradient = tf.grad((x: tf.Tensor) => tf.sum(tf.maxPool(x as tf.Tensor4D, 2, 2, 'valid')))(
      tf.ones([1, 2, 2, 1]),
    );
    expect([...(await gradient.data())]).toEqual([1, 0, 0, 0]);
  });
});
