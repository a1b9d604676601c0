/** Loads TensorFlow.js and one of its backends, in the worker alone. */
import * as tf from '@tensorflow/tfjs';
import plainUrl from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.wasm?url';
import simdUrl from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-simd.wasm?url';
import threadedUrl from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.wasm?url';
import { AppError } from '../../shared/errors.ts';
import { BACKEND_NAMES, type Backend, detectBackends } from './backends.ts';
import { registerWasmKernels } from './wasm-kernels.ts';

export interface StartedBackend {
  tf: typeof tf;
  /** For people: "WebGPU · google swiftshader, in this tab". */
  device: string;
  /** Rejects when the device is lost in mid-run, with why. */
  lost: Promise<never>;
}

export async function startBackend(backend: Backend): Promise<StartedBackend> {
  const report = (await detectBackends()).find((one) => one.backend === backend)!;
  if (!report.usable) throw new AppError('unavailable', report.detail);
  if (backend === 'wasm') {
    const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
    registerWasmKernels();
    setWasmPaths({
      'tfjs-backend-wasm.wasm': plainUrl,
      'tfjs-backend-wasm-simd.wasm': simdUrl,
      'tfjs-backend-wasm-threaded-simd.wasm': threadedUrl,
    });
  }
  if (backend === 'webgpu') await import('@tensorflow/tfjs-backend-webgpu');
  if (!(await tf.setBackend(backend)))
    throw new AppError('unavailable', `${BACKEND_NAMES[backend]} did not start`);
  await tf.ready();
  // WebGL takes itself for 16 bit, and would use an epsilon of 1e-4.
  if (backend === 'webgl') (tf.backend() as { floatPrecisionValue?: number }).floatPrecisionValue = 32;
  return {
    tf,
    device: `${BACKEND_NAMES[backend]} · ${report.detail}, in a browser tab`,
    lost: lossOf(backend),
  };
}

/** WebGPU says when its device goes; a promise that waits on it would wait for ever. */
function lossOf(backend: Backend): Promise<never> {
  const lost = new Promise<never>((_, fail) => {
    if (backend !== 'webgpu') return;
    const { device } = tf.backend() as unknown as { device: GPUDevice };
    void device.lost.then(({ message }) =>
      fail(new Error(`the graphics device was lost: ${message || 'no reason given'}`)),
    );
  });
  lost.catch(() => {});
  return lost;
}
