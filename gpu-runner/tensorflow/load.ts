/**
 * TensorFlow for a training process: libtensorflow through tfjs-node-gpu where its binding loads, else TensorFlow.js in
 * plain JavaScript, which trains everything, only slowly. To be called in a process of its own: a native library that
 * does not fit the machine can end the process that loads it.
 */
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import type * as TensorFlow from '@tensorflow/tfjs';
import { messageOf } from '../../shared/errors.ts';

export interface LoadedTensorflow {
  tf: typeof TensorFlow;
  backend: 'libtensorflow' | 'javascript';
  /** Of libtensorflow, or of TensorFlow.js. */
  version: string;
  usesGpu: boolean;
  /** For people: "libtensorflow 2.21.0 · CPU, 2 cores". */
  device: string;
  /** Why libtensorflow is not used. */
  problem: string | null;
}

interface NodeBackend {
  binding: { TF_Version: string };
  isUsingGpuDevice: boolean;
}

/** Set to `javascript` to leave libtensorflow alone. */
export const BACKEND_VARIABLE = 'TRAINYARD_TENSORFLOW';

export async function loadTensorflow(): Promise<LoadedTensorflow> {
  const require = createRequire(import.meta.url);
  if (process.env[BACKEND_VARIABLE] === 'javascript')
    return loadJavascript(require, `${BACKEND_VARIABLE} is javascript`);
  // Warnings and errors; it would tell of each graph that it reads.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '1';
  try {
    const tf: typeof TensorFlow = require('@tensorflow/tfjs-node-gpu');
    await tf.setBackend('tensorflow');
    const { binding, isUsingGpuDevice } = tf.backend() as unknown as NodeBackend;
    const version = binding.TF_Version;
    const where = isUsingGpuDevice ? nameGpu() : nameCpu();
    return {
      tf,
      backend: 'libtensorflow',
      version,
      usesGpu: isUsingGpuDevice,
      device: `libtensorflow ${version} · ${where}`,
      problem: null,
    };
  } catch (error) {
    return loadJavascript(require, messageOf(error).split('\n')[0] ?? '');
  }
}

async function loadJavascript(require: NodeJS.Require, problem: string): Promise<LoadedTensorflow> {
  const tf: typeof TensorFlow = require('@tensorflow/tfjs');
  await tf.setBackend('cpu');
  await tf.ready();
  const version = tf.version_core;
  return {
    tf,
    backend: 'javascript',
    version,
    usesGpu: false,
    device: `TensorFlow.js ${version} in JavaScript (slow) · CPU, 1 core`,
    problem,
  };
}

function nameCpu(): string {
  const cores = availableParallelism();
  return `CPU, ${cores} ${cores === 1 ? 'core' : 'cores'}`;
}

function nameGpu(): string {
  try {
    const names = execFileSync('nvidia-smi', ['--query-gpu=name', '--format=csv,noheader'], {
      encoding: 'utf8',
    });
    return names.split('\n')[0]?.trim() || 'GPU';
  } catch {
    return 'GPU';
  }
}
