/** What a generator of WGSL hands over: some threads' work on some operands, not yet bound to buffers. */
import type { DType } from '../../graph/graph.ts';
import type { Place } from '../../graph/memory-plan.ts';

/** Threads in every workgroup: one number for all kernels, so that independent ones can share a dispatch. */
export const WORKGROUP = 64;

/** A value in device memory. */
export interface Operand {
  place: Place;
  /** In elements. */
  size: number;
  dtype: DType;
}

export interface Use {
  operand: Operand;
  write: boolean;
  /** Read or written four elements at a time. What is written wide is never written otherwise. */
  wide: boolean;
}

/** How a kernel's text reaches its operands, by their number in `uses`. Indices are u32 expressions, in elements. */
export interface Access {
  /** f32 or i32, as the operand's dtype says. */
  load(use: number, index: string): string;
  /** vec4 of the four elements from `index`, a multiple of 4, on. */
  load4(use: number, index: string): string;
  store(use: number, index: string, value: string): string;
  store4(use: number, index: string, value: string): string;
  /** Name of a function of `helpers.ts`, which the module then holds. */
  helper(name: string): string;
}

export interface Kernel {
  /** Operators it comes from, for people. */
  label: string;
  uses: readonly Use[];
  /** Workgroups of `WORKGROUP` threads. */
  groups: number;
  /** Workgroup memory: WGSL type by name. */
  shared?: Readonly<Record<string, string>>;
  /** Statements of a function with `group: u32` and `local: u32`, which may `return` early if there is no barrier. */
  emit(access: Access): string;
  /** Of a kernel in which each thread does the same for one place, reading and writing `sameIndex` uses at that place alone. */
  element?: ElementKernel;
}

export interface ElementKernel {
  /** Threads. */
  count: number;
  wide: boolean;
  /** Uses that are read or written at the thread's own index alone. */
  sameIndex: readonly boolean[];
  /** Statements for the element (or four of them, from it on) at `i`. */
  emit(access: Access): string;
}

export const groupsFor = (threads: number): number => Math.ceil(threads / WORKGROUP);
