/**
 * The part of `@jax-js/jax` that the benchmark uses. The package is fetched by the benchmark alone (node-packages.ts), so its
 * own types are not there when ours are checked.
 */

/** Passing an array to anything gives it away; `ref` keeps it for another use. */
export interface JaxArray {
  readonly ref: JaxArray;
  readonly shape: number[];
  add(other: JaxArray | number): JaxArray;
  sub(other: JaxArray | number): JaxArray;
  mul(other: JaxArray | number): JaxArray;
  div(other: JaxArray | number): JaxArray;
  reshape(shape: readonly number[]): JaxArray;
  /** Ranges by axis, or the place on an axis, which then goes. */
  slice(...ranges: (number | readonly [number, number] | readonly [])[]): JaxArray;
  data(): Promise<ArrayLike<number>>;
  dispose(): void;
}

export type Tree = Record<string, JaxArray>;
type Axis = number | readonly number[];

export interface Jax {
  init(device: string): Promise<string[]>;
  defaultDevice(device: string): void;
  blockUntilReady<T>(tree: T): Promise<T>;
  jit<A extends unknown[], R>(f: (...args: A) => R): (...args: A) => R;
  valueAndGrad(
    f: (parameters: Tree, x: JaxArray, y: JaxArray) => JaxArray,
  ): (parameters: Tree, x: JaxArray, y: JaxArray) => [JaxArray, Tree];
  tree: { ref<T>(tree: T): T };
  lax: {
    convGeneralDilated(
      x: JaxArray,
      kernel: JaxArray,
      strides: readonly number[],
      padding: 'SAME' | 'VALID',
    ): JaxArray;
    reduceWindow(
      x: JaxArray,
      f: (window: JaxArray) => JaxArray,
      size: readonly number[],
      strides: readonly number[],
    ): JaxArray;
  };
  nn: {
    relu(x: JaxArray): JaxArray;
    gelu(x: JaxArray, options: { approximate: boolean }): JaxArray;
    sigmoid(x: JaxArray): JaxArray;
    logSoftmax(x: JaxArray): JaxArray;
    oneHot(x: JaxArray, classes: number): JaxArray;
    dotProductAttention(query: JaxArray, key: JaxArray, value: JaxArray): JaxArray;
    standardize(x: JaxArray, axis: number, options: { epsilon: number }): JaxArray;
  };
  numpy: {
    array(
      values: Float32Array | Int32Array,
      options: { shape: readonly number[]; dtype?: unknown },
    ): JaxArray;
    zeros(shape: readonly number[]): JaxArray;
    matmul(a: JaxArray, b: JaxArray): JaxArray;
    mean(x: JaxArray, axis?: Axis): JaxArray;
    sum(x: JaxArray, axis?: Axis): JaxArray;
    max(x: JaxArray, axis?: Axis): JaxArray;
    sqrt(x: JaxArray): JaxArray;
    tanh(x: JaxArray): JaxArray;
    square(x: JaxArray): JaxArray;
    take(x: JaxArray, indices: JaxArray, axis: number): JaxArray;
    int32: unknown;
  };
}
