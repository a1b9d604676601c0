/** The page's script: measures a training's loop on one of the executors of a tab. */
import { createWasmExecutor } from '../../../shared/executors/wasm/wasm-executor.ts';
import { createWebgpuExecutor } from '../../../shared/executors/webgpu/webgpu-executor.ts';
import type { CaseName } from './cases.ts';
import { type LoopRates, measureLoop } from './measure.ts';

const EXECUTORS = {
  wasm: async () => createWasmExecutor(await WebAssembly.compileStreaming(fetch('/kernels/kernels.wasm'))),
  async webgpu() {
    const adapter = await navigator.gpu.requestAdapter();
    if (!adapter) throw new Error('no webgpu here');
    return createWebgpuExecutor(await adapter.requestDevice());
  },
};

const bench = {
  measure: async (executor: keyof typeof EXECUTORS, name: CaseName): Promise<LoopRates[]> =>
    measureLoop(name, await EXECUTORS[executor]()),
};
export type LoopBench = typeof bench;

Object.assign(globalThis, { pageBench: () => bench });
