/** The `wasm` executor of any runtime that compiles WebAssembly with SIMD, from kernels that are part of this script. */
import { AppError } from '../../shared/errors.ts';
import type { Executor } from '../../shared/executors/executor.ts';
import kernels from '../../shared/executors/wasm/dist/kernels-simd128.wasm';
import { createWasmExecutor } from '../../shared/executors/wasm/wasm-executor.ts';

let module: Promise<WebAssembly.Module> | undefined;

/** Throws AppError `unsupported` where there is none. */
export async function startWasm(): Promise<Executor> {
  if (typeof WebAssembly === 'undefined') throw new AppError('unsupported', 'there is no WebAssembly here');
  module ??= WebAssembly.compile(kernels);
  try {
    return createWasmExecutor(await module);
  } catch (cause) {
    throw new AppError('unsupported', 'the WebAssembly here has no SIMD, or may not be compiled', { cause });
  }
}
