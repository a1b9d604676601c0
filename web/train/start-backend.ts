/** The executors of a tab as candidates. Each loads its engine when it is started, and not before. */

import { AppError } from '../../shared/errors.ts';
import { type Candidate, WASM_BYTES } from '../../shared/executors/choose/candidate.ts';
import type { Executor } from '../../shared/executors/executor.ts';
import kernelsUrl from '../../shared/executors/wasm/dist/kernels.wasm?url';
import olderKernelsUrl from '../../shared/executors/wasm/dist/kernels-simd128.wasm?url';
import { BACKEND_NAMES, type Backend, type BackendReport } from './backends.ts';

export interface TabCandidate extends Candidate {
  backend: Backend;
  /** Rejects when the device is lost in mid-run, with why. */
  lost: Promise<never>;
}

export function candidateOf({ backend, detail }: BackendReport): TabCandidate {
  let onLost!: (error: Error) => void;
  const lost = new Promise<never>((_, reject) => {
    onLost = reject;
  });
  lost.catch(() => {});
  return {
    backend,
    name: { webgpu: 'webgpu', wasm: 'wasm', webgl: 'tfjs:webgl', cpu: 'plain' }[backend],
    ...(backend === 'wasm' && { memoryBytes: WASM_BYTES }),
    device: `${BACKEND_NAMES[backend]} · ${detail}, in a browser tab`,
    lost,
    start: () => starters[backend](onLost),
  };
}

const starters: Record<Backend, (onLost: (error: Error) => void) => Promise<Executor>> = {
  async webgpu(onLost) {
    const { createWebgpuExecutor } = await import('../../shared/executors/webgpu/webgpu-executor.ts');
    const adapter = await navigator.gpu.requestAdapter();
    if (!adapter) throw new AppError('unsupported', 'the browser offers no graphics adapter');
    const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
    const device = await adapter.requestDevice({
      requiredLimits: { maxBufferSize, maxStorageBufferBindingSize },
    });
    void device.lost.then(({ message }) =>
      onLost(new Error(`the graphics device was lost: ${message || 'no reason given'}`)),
    );
    return createWebgpuExecutor(device);
  },
  async wasm() {
    const { createWasmExecutor } = await import('../../shared/executors/wasm/wasm-executor.ts');
    const compile = (url: string) => WebAssembly.compileStreaming(fetch(url));
    // Not every browser has relaxed SIMD yet.
    const module = await compile(kernelsUrl).catch((error) => {
      if (error instanceof WebAssembly.CompileError) return compile(olderKernelsUrl);
      throw error;
    });
    return createWasmExecutor(module);
  },
  async webgl() {
    const tf = await import('@tensorflow/tfjs');
    const { createTfjsExecutor } = await import('../../shared/executors/tfjs/tfjs-executor.ts');
    if (!(await tf.setBackend('webgl'))) throw new AppError('unsupported', 'WebGL did not start');
    await tf.ready();
    // It takes itself for 16 bit, and would use an epsilon of 1e-4.
    (tf.backend() as { floatPrecisionValue?: number }).floatPrecisionValue = 32;
    return createTfjsExecutor(tf);
  },
  async cpu() {
    const { createPlainExecutor } = await import('../../shared/executors/plain/plain-executor.ts');
    return createPlainExecutor();
  },
};
