/** Our executors in a page. */

import type { Executor } from '../../../shared/executors/executor.ts';
import { createWasmExecutor } from '../../../shared/executors/wasm/wasm-executor.ts';
import { createWebgpuExecutor } from '../../../shared/executors/webgpu/webgpu-executor.ts';
import { startOwnTraining } from '../models/own-training.ts';
import { LEARNING_RATE, type StartContestant, trainingRows } from './contestant.ts';

/** Where the page finds our kernels. */
export const KERNELS = '/kernels/kernels.wasm';

const EXECUTORS = {
  async wasm(): Promise<Executor> {
    return createWasmExecutor(await WebAssembly.compileStreaming(fetch(KERNELS)));
  },
  async webgpu(): Promise<Executor> {
    const adapter = await navigator.gpu.requestAdapter();
    if (!adapter) throw new Error('no webgpu here');
    return createWebgpuExecutor(await adapter.requestDevice());
  },
};

export const startOwn =
  (name: keyof typeof EXECUTORS): StartContestant =>
  async (task) => {
    const executor = await EXECUTORS[name]();
    return startOwnTraining(executor, { ...task, rows: trainingRows(task), learningRate: LEARNING_RATE });
  };
