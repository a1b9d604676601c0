/** Our `wasm` executor in this process: what tests and benchmarks train on where the device does not matter. */
import { readFile } from 'node:fs/promises';
import type { Candidate } from '../../shared/executors/choose/candidate.ts';
import { createWasmExecutor } from '../../shared/executors/wasm/wasm-executor.ts';

const KERNELS = new URL('../../shared/executors/wasm/dist/kernels.wasm', import.meta.url);

export const startWasm = async () => createWasmExecutor(await WebAssembly.compile(await readFile(KERNELS)));

export const wasmCandidate: Candidate = { name: 'wasm', device: 'one thread', start: startWasm };
