/** The page's script: the executors of a browser, asked by name. `engine.start(NAME, PART)`, then `engine.ask(NAME, QUESTION, ARGUMENT)`. */
/// <reference types="@webgpu/types" />
import * as tf from '@tensorflow/tfjs';
import type { Executor } from '../../shared/executors/executor.ts';
import { createTfjsExecutor } from '../../shared/executors/tfjs/tfjs-executor.ts';
import { createWasmExecutor } from '../../shared/executors/wasm/wasm-executor.ts';
import { createWebgpuExecutor } from '../../shared/executors/webgpu/webgpu-executor.ts';
import type { Meter } from './checks/leaks.ts';
import { type Subject, subjectOf } from './checks/subject.ts';
import type { Part } from './exceptions.ts';
import { wasmBytes } from './wasm-bytes.ts';

const started = new Map<string, Subject>();

const executors: Record<string, () => Promise<[Executor, Meter]>> = {
  async wasm() {
    const module = await WebAssembly.compileStreaming(fetch('/kernels.wasm'));
    return [createWasmExecutor(module), () => ({ wasmBytes: wasmBytes() })];
  },
  async webgpu() {
    const adapter = await navigator.gpu.requestAdapter();
    if (!adapter) throw new Error('no WebGPU adapter');
    const device = await adapter.requestDevice();
    return [createWebgpuExecutor(device), countBuffers(device)];
  },
  async 'tfjs:webgl'() {
    if (!(await tf.setBackend('webgl'))) throw new Error('no WebGL');
    await tf.ready();
    Object.assign(tf.backend(), { floatPrecisionValue: 32 }); // else it takes itself for 16 bit
    return [
      createTfjsExecutor(tf),
      () => ({ tensors: tf.memory().numTensors, tensorBytes: tf.memory().numBytes }),
    ];
  },
};

/** Buffers made and not destroyed, and their bytes. */
function countBuffers(device: GPUDevice): Meter {
  const living = new Map<GPUBuffer, number>();
  const create = device.createBuffer.bind(device);
  device.createBuffer = (descriptor) => {
    const buffer = create(descriptor);
    living.set(buffer, descriptor.size);
    const destroy = buffer.destroy.bind(buffer);
    buffer.destroy = () => {
      living.delete(buffer);
      destroy();
    };
    return buffer;
  };
  return () => ({ buffers: living.size, bufferBytes: [...living.values()].reduce((a, b) => a + b, 0) });
}

Object.assign(globalThis, {
  engine: {
    async start(name: string, part?: Part): Promise<void> {
      const [executor, meter] = await executors[name]!();
      started.set(name, subjectOf(executor, meter, part));
    },
    ask: (name: string, question: keyof Subject, argument: never) => started.get(name)![question](argument),
  },
});
