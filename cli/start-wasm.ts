/** The `wasm` executor, which computes as an endpoint does. */
import { readFile } from 'node:fs/promises';
import type { Executor } from '../shared/executors/executor.ts';
import { createWasmExecutor } from '../shared/executors/wasm/wasm-executor.ts';

const KERNELS = new URL('../shared/executors/wasm/dist/kernels.wasm', import.meta.url);

export async function startWasm(): Promise<Executor> {
  return createWasmExecutor(await WebAssembly.compile(await readFile(KERNELS)));
}
