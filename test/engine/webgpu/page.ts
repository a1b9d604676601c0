/** The page's script: what the webgpu executor does when its device goes, and how it hands out many steps. */
/// <reference types="@webgpu/types" />
import {
  createWebgpuExecutor,
  type WebgpuProgram,
} from '../../../shared/executors/webgpu/webgpu-executor.ts';
import { traceGraph } from '../../../shared/graph/ops.ts';

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
