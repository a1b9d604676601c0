/**
 * A program as it lies in linear memory, once its weights were packed and its operator table written: what can be kept in a file, and
 * run again by the same kernels without a graph, a plan or a pass.
 */
import type { DType } from '../../graph/graph.ts';
import { Instance } from './instance.ts';
import type { PlacedTable } from './table.ts';

export interface ProgramImage {
  /** Kernels in the order of their slots in the function table. */
  kernels: readonly string[];
  table: PlacedTable;
  scratch: number;
  /** Of the whole memory, bytes. */
  memory: number;
  /** By name: where inputs and outputs lie. */
  values: Readonly<Record<string, ImageValue>>;
  /** What is not zero; addresses in bytes, ascending. */
  segments: readonly { address: number; bytes: Uint8Array }[];
}

export interface ImageValue {
  address: number;
  /** Elements. */
  size: number;
  dtype: DType;
}

/** What runs an image. */
export interface ImageProgram {
  /** Memory of an input or output, to fill or read around `execute`. */
  view(name: string): Float32Array | Int32Array;
  execute(): void;
  /** Bytes of linear memory. */
  readonly memory: number;
}

/** Zeros in between cost less than a segment of their own while they are fewer than these. */
const GAP = 256;

/** Runs of words that are not zero, from `start` on. */
export function segmentsOf(buffer: ArrayBuffer, start: number): ProgramImage['segments'] {
  const words = new Int32Array(buffer);
  const segments: { address: number; bytes: Uint8Array }[] = [];
  for (let at = start / 4; at < words.length; ) {
    if (words[at] === 0) {
      at++;
      continue;
    }
    const from = at;
    let end = at;
    for (; at < words.length && at - end < GAP; at++) if (words[at] !== 0) end = at + 1;
    segments.push({ address: from * 4, bytes: new Uint8Array(buffer.slice(from * 4, end * 4)) });
  }
  return segments;
}

/** `module`: the very kernels that the image was made with. */
export function loadImage(module: WebAssembly.Module, image: ProgramImage): ImageProgram {
  const instance = new Instance(module);
  for (const name of image.kernels) instance.kernel(name);
  const { exports } = instance;
  const missing = image.memory - exports.memory.buffer.byteLength;
  if (missing > 0) exports.memory.grow(missing / PAGE);
  const memory = new Uint8Array(exports.memory.buffer);
  for (const { address, bytes } of image.segments) memory.set(bytes, address);
  exports.set_scratch(image.scratch);
  const { address, count } = image.table;
  const views = new Map(
    Object.entries(image.values).map(([name, { address, size, dtype }]) => [
      name,
      instance.view(address, size, dtype),
    ]),
  );
  return {
    memory: memory.length,
    view: (name) => views.get(name)!,
    execute: () => exports.run(address, count),
  };
}

const PAGE = 65536;
