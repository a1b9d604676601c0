/** An instance of the kernels' module: its linear memory, handed out piece by piece and never taken back, and its functions. */
import { AppError } from '../../errors.ts';
import type { DType } from '../../graph/graph.ts';

interface Exports {
  memory: WebAssembly.Memory;
  __indirect_function_table: WebAssembly.Table;
  __heap_base: WebAssembly.Global;
  set_scratch(address: number): void;
  run(table: number, count: number): void;
  run_steps(table: number, count: number, steps: number): void;
}

const PAGE = 65536;
const ALIGN = 64; // bytes: a cache line
/** Kernels may read a little beyond what they are given. */
const MARGIN = 64;

export class Instance {
  readonly exports: Exports;
  private readonly functions: Readonly<Record<string, unknown>>;
  private readonly slots = new Map<string, number>();
  private end: number;

  constructor(module: WebAssembly.Module) {
    const { exports } = new WebAssembly.Instance(module);
    this.exports = exports as unknown as Exports;
    this.functions = exports;
    this.end = this.exports.__heap_base.value as number;
  }

  /** Address, in bytes, of `words` fresh elements of 4 bytes, zeros. */
  allocate(words: number): number {
    const address = Math.ceil(this.end / ALIGN) * ALIGN;
    this.end = address + words * 4;
    const { memory } = this.exports;
    const missing = this.end + MARGIN - memory.buffer.byteLength;
    if (missing > 0) {
      try {
        memory.grow(Math.ceil(missing / PAGE));
      } catch (cause) {
        const megabytes = Math.ceil(this.end / 2 ** 20);
        throw new AppError(
          'too_large',
          `This needs ${megabytes} MB of WebAssembly memory, which cannot be had`,
          {
            cause,
          },
        );
      }
    }
    return address;
  }

  /** Good until more is allocated. */
  view(address: number, size: number, dtype: 'int32'): Int32Array<ArrayBuffer>;
  view(address: number, size: number, dtype?: 'float32'): Float32Array<ArrayBuffer>;
  view(address: number, size: number, dtype: DType): Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>;
  view(address: number, size: number, dtype: DType = 'float32'): Float32Array | Int32Array {
    const { buffer } = this.exports.memory;
    return dtype === 'int32'
      ? new Int32Array(buffer, address, size)
      : new Float32Array(buffer, address, size);
  }

  /** Where what is handed out begins, bytes. */
  get base(): number {
    return this.exports.__heap_base.value as number;
  }

  /** In the order of their slots. */
  get kernels(): string[] {
    return [...this.slots.keys()];
  }

  /** Where a kernel stands in the function table, which is how records name it. */
  kernel(name: string): number {
    const known = this.slots.get(name);
    if (known !== undefined) return known;
    const table = this.exports.__indirect_function_table;
    const slot = table.grow(1);
    table.set(slot, this.functions[name]);
    this.slots.set(name, slot);
    return slot;
  }
}
