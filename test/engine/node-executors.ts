/** The executors that run in Node, and what Node can count of them. */
import { readFile } from 'node:fs/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type * as TensorFlow from '@tensorflow/tfjs';
import { createTensorflowExecutor } from '../../gpu-runner/executor/tensorflow-executor.ts';
import { loadTensorflow } from '../../gpu-runner/tensorflow/load.ts';
import type { Executor } from '../../shared/executors/executor.ts';
import { createPlainExecutor } from '../../shared/executors/plain/plain-executor.ts';
import { cpuBackend } from '../../shared/executors/tfjs/cpu-for-tests.ts';
import { createTfjsExecutor } from '../../shared/executors/tfjs/tfjs-executor.ts';
import { createWasmExecutor } from '../../shared/executors/wasm/wasm-executor.ts';
import type { Meter } from './checks/leaks.ts';
import { type Subject, subjectOf } from './checks/subject.ts';
import { wasmBytes } from './wasm-bytes.ts';

const builtKernels = (name: string) => new URL(`../../shared/executors/wasm/dist/${name}`, import.meta.url);
export const KERNELS = builtKernels('kernels.wasm');

export interface Started {
  subject: Subject | null;
  /** Why there is none. */
  missing?: string;
}

export const nodeExecutors: Readonly<Record<string, () => Promise<Started>>> = {
  plain: async () => started(createPlainExecutor(), heap),
  'tfjs:cpu': async () => {
    const tf = await cpuBackend();
    return started(createTfjsExecutor(tf), () => ({ ...heap(), ...tensors(tf) }));
  },
  wasm: () => startWasm(KERNELS),
  'wasm without relaxed SIMD': () => startWasm(builtKernels('kernels-simd128.wasm')),
  tensorflow: async () => {
    process.env.TF_CPP_MIN_LOG_LEVEL ??= '2'; // it warns of every empty batch
    const { tf, backend, problem } = await loadTensorflow();
    if (backend !== 'libtensorflow') return { subject: null, missing: `no libtensorflow here (${problem})` };
    return started(createTensorflowExecutor(tf), () => ({ ...heap(), ...tensors(tf) }));
  },
};

async function startWasm(kernels: URL): Promise<Started> {
  const module = await WebAssembly.compile(await readFile(kernels));
  return started(createWasmExecutor(module), () => ({ ...heap(), wasmBytes: wasmBytes() }));
}

const started = (executor: Executor, meter: Meter): Started => ({ subject: subjectOf(executor, meter) });

const tensors = (tf: typeof TensorFlow) => ({
  tensors: tf.memory().numTensors,
  tensorBytes: tf.memory().numBytes,
});

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** `megabytes`: of the process, garbage left out. */
function heap(): Record<string, number> {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return { megabytes: Math.round((heapUsed + arrayBuffers) / 2 ** 20) };
}
