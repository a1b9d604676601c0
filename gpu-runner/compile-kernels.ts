/** The kernels of the `wasm` executor. */
import { readFile } from 'node:fs/promises';

const KERNELS = new URL('../shared/executors/wasm/dist/kernels.wasm', import.meta.url);

export const compileKernels = async (): Promise<WebAssembly.Module> =>
  WebAssembly.compile(await readFile(KERNELS));
