/** The page's script: what the webgpu executor does when its device goes, and how it hands out many steps. */
/// <reference types="@webgpu/types" />
import type { Executor } from '../../../shared/executors/executor.ts';
import { createPlainExecutor } from '../../../shared/executors/plain/plain-executor.ts';
import type { Tile } from '../../../shared/executors/webgpu/context.ts';
import { TILES } from '../../../shared/executors/webgpu/tune-tile.ts';
import {
  createWebgpuExecutor,
  type WebgpuProgram,
} from '../../../shared/executors/webgpu/webgpu-executor.ts';
import type { TensorData } from '../../../shared/graph/graph.ts';
import { traceGraph } from '../../../shared/graph/ops.ts';
import { noise } from '../operator-cases/operator-case.ts';

const counter = traceGraph(({ ops, input, parameter, update }) => {
  const p = parameter('p', [3], 'zeros');
  const sum = ops.add(p, input('x', []));
  update(p, sum);
  return { sum };
});

async function start(): Promise<{ device: GPUDevice; program: WebgpuProgram }> {
  const adapter = await navigator.gpu.requestAdapter();
  if (!adapter) throw new Error('no WebGPU adapter');
  const device = await adapter.requestDevice();
  return { device, program: await createWebgpuExecutor(device).compile(counter, new Map()) };
}

/** Sums of products of all kinds, at sizes that fill no tile; and one large enough to look for the best tile. */
const products = traceGraph(({ ops, input }) => {
  const [a, b] = [input('a', [37, 76]), input('b', [76, 53])];
  const [image, kernel] = [input('image', [2, 13, 11, 8]), input('kernel', [3, 3, 8, 12])];
  const conv = ops.conv2d(image, kernel, { strides: [1, 1], padding: 'same' });
  return {
    product: ops.matmul(a, b),
    transposed: ops.matmul(b, a, { transposeA: true, transposeB: true }),
    conv,
    large: ops.matmul(input('c', [300, 256]), input('d', [256, 300])),
  };
});

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'nothing',
    (error: { code?: string; message: string }) => `${error.code}: ${error.message}`,
  );

const webgpu = {
  /** Codes and messages of a call under way, of later ones, and of compiling anew. */
  async lose(): Promise<Record<string, string>> {
    const { device, program } = await start();
    const underWay = codeOf(program.steps(3000, { x: new Float32Array(3000) }));
    device.destroy();
    await device.lost;
    return {
      underWay: await underWay,
      steps: await codeOf(program.steps(1, { x: new Float32Array(1) })),
      read: await codeOf(program.read(['p'])),
      write: await codeOf(program.write(new Map([['p', { shape: [3], data: new Float32Array(3) }]]))),
      compile: await codeOf(createWebgpuExecutor(device).compile(counter, new Map())),
    };
  },
  /** Largest difference from the reference for each tile, and for the one that the device is found to like best. */
  async tiles(): Promise<Record<string, number>> {
    const { device } = await start();
    const given = Object.fromEntries(
      products.inputs.map(({ name, node }, i) => {
        const { shape } = products.nodes[node]!;
        const { data } = noise(shape, [-1, 1], i);
        return [name, { shape, data }];
      }),
    );
    const run = async (executor: Executor<TensorData>) => {
      const program = await executor.compile(products, new Map());
      const outputs = await program.run(given);
      program.dispose();
      return Object.values(outputs).flatMap(({ data }) => [...data]);
    };
    const expected = await run(createPlainExecutor({ precision: 'float64' }));
    const furthest = async (tile?: Tile) => {
      const actual = await run(createWebgpuExecutor(device, tile ? { tile } : {}));
      return expected.reduce((most, value, i) => Math.max(most, Math.abs(value - actual[i]!)), 0);
    };
    const answers: Record<string, number> = {};
    for (const tile of TILES) answers[tile.join('×')] = await furthest(tile);
    return { ...answers, best: await furthest() };
  },
  /** More runs than inputs and outputs have room for at once. */
  async many(count: number): Promise<{ last: number[]; submits: number; sorted: boolean }> {
    const { program } = await start();
    const { sum } = await program.steps(count, { x: new Float32Array(count).fill(1) });
    const first = Array.from({ length: count }, (_, i) => sum![3 * i]!);
    const sorted = first.every((x, i) => x === i + 1);
    return { last: Array.from(sum!.slice(-3)), submits: program.stats.submits, sorted };
  },
};
export type WebgpuPage = typeof webgpu;

Object.assign(globalThis, { webgpu });
