/** Kernels over windows against the reference, on the two backends of TensorFlow.js that need nothing but Node. */
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Ops, type TensorRef, traceGraph } from '../../../graph/ops.ts';
import { caseValues, windowCases } from '../../../graph/window-cases.ts';
import type { Executor } from '../../executor.ts';
import { createPlainExecutor } from '../../plain/plain-executor.ts';
import { createTfjsExecutor } from '../tfjs-executor.ts';

describe.each(['cpu', 'wasm'])('on %s', (backend) => {
  beforeAll(async () => {
    tf.enableProdMode(); // else it advertises another package on the console
    setWasmPaths(
      fileURLToPath(new URL('../wasm-out/', import.meta.resolve('@tensorflow/tfjs-backend-wasm'))),
    );
    await tf.setBackend(backend);
  });

  it.each(windowCases)('$op $inputs $attributes', async (given) => {
    const inputs = caseValues(given, (size) => new Float32Array(size));
    const method = given.op as keyof Ops;
    const graph = traceGraph(({ ops, input }) => {
      const refs = inputs.map(({ shape }, i) => input(`${i}`, shape));
      return { y: (ops[method] as (...args: unknown[]) => TensorRef)(...refs, given.attributes) };
    });
    const values = Object.fromEntries(inputs.map((value, i) => [`${i}`, value]));
    const run = async (executor: Executor) => {
      const program = await executor.compile(graph, new Map());
      const { y } = await program.run(values);
      program.dispose();
      return y!;
    };
    const before = tf.memory().numTensors;
    const got = await run(createTfjsExecutor(tf));
    const wanted = await run(createPlainExecutor());
    expect(tf.memory().numTensors).toBe(before);
    expect(got.shape).toEqual(wanted.shape);
    const furthest = Math.max(0, ...got.data.map((y, i) => Math.abs(y - wanted.data[i]!)));
    expect(furthest).toBeLessThan(1e-5);
  });
});
