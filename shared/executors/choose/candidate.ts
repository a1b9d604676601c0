/** An executor that could run here, not yet started: what a program offers to `chooseExecutor`. */
import type { Executor } from '../executor.ts';

/** What a program in WebAssembly may have: its addresses reach no further. */
export const WASM_BYTES = 2 ** 32;

export interface Candidate {
  /** As `Executor.name` will be. */
  name: string;
  /** Where it runs, for people: "WebGPU · Apple M3, in a browser tab". */
  device: string;
  /** What a program may take there at most, where that is known. */
  memoryBytes?: number;
  /** Throws where this device has no such thing. */
  start(): Promise<Executor>;
}
