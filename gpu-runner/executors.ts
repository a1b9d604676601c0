/**
 * What this machine can train with: libtensorflow where its binding loads (on a GPU if there is one), our WebAssembly kernels,
 * and plain JavaScript where all else fails. `trainPipeline` tries them on the model at hand.
 */
import { availableParallelism } from 'node:os';
import { AppError } from '../shared/errors.ts';
import { type Candidate, WASM_BYTES } from '../shared/executors/choose/candidate.ts';
import { plainCandidate } from '../shared/executors/plain/plain-candidate.ts';
import { createWasmExecutor } from '../shared/executors/wasm/wasm-executor.ts';
import { compileKernels } from './compile-kernels.ts';
import { createTensorflowExecutor } from './executor/tensorflow-executor.ts';
import { memoryOfMachine } from './machine/room.ts';
import { loadTensorflow } from './tensorflow/load.ts';

/**
 * In order of preference: of two that are about equally fast the first is taken. `wanted`, by default what the environment
 * variable TRAINYARD_EXECUTOR names, leaves only that one. Throws AppError `invalid_request` where it is not to be had.
 */
export async function findExecutors(wanted = process.env.TRAINYARD_EXECUTOR): Promise<Candidate[]> {
  const all = await findAll();
  if (!wanted) return all;
  const named = all.filter(({ name }) => name === wanted);
  if (named.length > 0) return named;
  throw new AppError(
    'invalid_request',
    `TRAINYARD_EXECUTOR is "${wanted}", and this machine has ${all.map(({ name }) => name).join(' and ')}`,
  );
}

async function findAll(): Promise<Candidate[]> {
  const cores = availableParallelism();
  const memoryBytes = memoryOfMachine();
  const where = `CPU, 1 of ${cores} ${cores === 1 ? 'core' : 'cores'}`;
  const wasm: Candidate = {
    name: 'wasm',
    device: `WebAssembly · ${where}`,
    memoryBytes: Math.min(WASM_BYTES, memoryBytes),
    start: async () => createWasmExecutor(await compileKernels()),
  };
  const { tf, backend, device, usesGpu } = await loadTensorflow();
  if (backend !== 'libtensorflow') return [wasm, { ...plainCandidate(where), memoryBytes }];
  const tensorflow: Candidate = {
    name: 'tensorflow',
    device,
    // how much a GPU has, libtensorflow does not say
    ...(!usesGpu && { memoryBytes }),
    start: async () => createTensorflowExecutor(tf),
  };
  return [tensorflow, wasm];
}
