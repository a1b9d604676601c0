/** An ONNX graph in the making: values are told by their names. */
import type { Shape, TensorValue } from '../../graph/graph.ts';
import { permuted, reshaped } from '../tensors.ts';
import type { AttributeValue, Dimension, OnnxNode, OnnxTensor } from './messages.ts';

/** A value, and its shape. */
export interface Emitted {
  name: string;
  shape: readonly Dimension[];
}

export class Scope {
  readonly nodes: OnnxNode[] = [];
  private readonly tensors = new Map<string, OnnxTensor>();
  private batch: string | undefined;
  private readonly input: string;

  /** `input`: what the size of the batch is read of. */
  constructor(input: string) {
    this.input = input;
  }

  /** What operator `op` gives. */
  add(op: string, inputs: readonly string[], attributes: OnnxNode['attributes'] = {}, domain = ''): string {
    const output = `${op}_${this.nodes.length}`;
    this.nodes.push({ op, domain, inputs, output, attributes });
    return output;
  }

  tensor(name: string, value: OnnxTensor): string {
    this.tensors.set(name, value);
    return name;
  }

  /** int64 [n]: how ONNX takes shapes, axes and the like. */
  ints(...values: readonly number[]): string {
    const key = `ints ${values.join(' ')}`;
    const data = BigInt64Array.from(values, BigInt);
    return this.once(key, { shape: [values.length], data });
  }

  number(value: number): string {
    return this.once(`number ${value}`, { shape: [], data: Float32Array.of(value) });
  }

  /** Axis i becomes what axis `axes[i]` was; weights are turned here and now. */
  transposed(value: string, axes: readonly number[]): string {
    if (axes.every((axis, i) => axis === i)) return value;
    const weights = this.weights(value);
    if (!weights) return this.add('Transpose', [value], { perm: { ints: axes } });
    return this.once(`${value} by ${axes.join(' ')}`, permuted(weights, axes));
  }

  /** Of weights here and now. */
  reshaped(value: string, shape: Shape): string {
    const weights = this.weights(value);
    if (!weights) return this.add('Reshape', [value, this.ints(...shape)]);
    return this.once(`${value} as ${shape.join(' ')}`, reshaped(weights, shape));
  }

  /** `shape` as an int64 [n] that follows the batch of the features. */
  shape(shape: readonly Dimension[]): string {
    if (shape.every((size) => typeof size === 'number')) return this.ints(...shape);
    this.batch ??= this.add('Shape', [this.input], { start: int(0), end: int(1) });
    const { batch } = this;
    const parts = shape.map((size) => {
      if (typeof size === 'number') return this.ints(size);
      return size.batch === 1 ? batch : this.add('Mul', [batch, this.ints(size.batch)]);
    });
    return this.add('Concat', parts, { axis: int(0) });
  }

  /** Calls a value `output`. */
  rename(value: string, output: string): void {
    this.nodes.push({ op: 'Identity', domain: '', inputs: [value], output, attributes: {} });
  }

  /** Those that nodes read. */
  usedTensors(): Map<string, OnnxTensor> {
    const used = new Set(this.nodes.flatMap(({ inputs }) => inputs));
    return new Map([...this.tensors].filter(([name]) => used.has(name)));
  }

  private once(name: string, value: OnnxTensor): string {
    return this.tensors.has(name) ? name : this.tensor(name, value);
  }

  private weights(name: string): TensorValue | null {
    const found = this.tensors.get(name);
    return found?.data instanceof Float32Array ? { shape: found.shape, data: found.data } : null;
  }
}

export const int = (value: number): AttributeValue => ({ int: value });
export const ints = (...values: readonly number[]): AttributeValue => ({ ints: values });
export const text = (value: string): AttributeValue => ({ text: value });
