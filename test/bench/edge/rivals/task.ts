/** What the rivals that are written in JavaScript do by hand around their engine: a row from a body, an answer from logits. */
import type { BenchModel } from '../../models/bench-model.ts';

/** `task.json`: plain values, so that processes and Workers can be given it. */
export interface RivalTask {
  inputShape: readonly number[];
  /** Of what the model takes: words, or else numbers. */
  dtype: 'float32' | 'int32';
  classes: readonly string[];
  /** A number x becomes (x − shift) ÷ scale: one pair for each column, or one for all pixels. */
  shift: readonly number[];
  scale: readonly number[];
  /** The body is a picture's bytes; else {"instances": [row]}, a row being nested arrays of numbers. */
  isBinary: boolean;
  /** Null: trees, which only the ONNX file holds. */
  model: BenchModel | null;
  /** What `weights.bin` holds, one after the other: float32. */
  weights: readonly { name: string; shape: readonly number[] }[];
}

type Nested = readonly (number | Nested)[];

/** [1, …inputShape] of what the model takes, row-major; `channelsFirst`: of pictures [1, channels, height, width]. */
export async function readRow(
  task: RivalTask,
  body: { json(): Promise<unknown>; arrayBuffer(): Promise<ArrayBuffer> },
  { channelsFirst = false } = {},
): Promise<Float32Array | Int32Array> {
  const size = task.inputShape.reduce((product, n) => product * n, 1);
  const row = task.dtype === 'int32' ? new Int32Array(size) : new Float32Array(size);
  if (task.isBinary) row.set(new Uint8Array(await body.arrayBuffer()));
  else fill(row, ((await body.json()) as { instances: Nested[] }).instances[0]!, 0);
  if (task.dtype === 'int32') return row;
  const { shift, scale } = task;
  if (shift.length > 1) for (let i = 0; i < size; i++) row[i] = (row[i]! - shift[i]!) / scale[i]!;
  else for (let i = 0; i < size; i++) row[i] = (row[i]! - shift[0]!) / scale[0]!;
  return channelsFirst && task.inputShape.length === 3 ? turned(row, task.inputShape[2]!) : row;
}

function fill(row: Float32Array | Int32Array, values: Nested, from: number): number {
  let at = from;
  for (const value of values) {
    if (typeof value === 'number') row[at++] = value;
    else at = fill(row, value, at);
  }
  return at;
}

function turned(row: Float32Array | Int32Array, channels: number): Float32Array {
  const places = row.length / channels;
  const first = new Float32Array(row.length);
  for (let channel = 0, at = 0; channel < channels; channel++) {
    for (let place = 0; place < places; place++) first[at++] = row[place * channels + channel]!;
  }
  return first;
}

/** As ONNX models take a row. */
export const onnxShape = ({ inputShape }: RivalTask): number[] =>
  inputShape.length === 3 ? [1, inputShape[2]!, inputShape[0]!, inputShape[1]!] : [1, ...inputShape];

export function answerOf({ classes }: RivalTask, logits: ArrayLike<number>) {
  const all = Array.from(logits);
  const most = Math.max(...all);
  const shares = all.map((logit) => Math.exp(logit - most));
  const sum = shares.reduce((total, share) => total + share, 0);
  const probabilities = Object.fromEntries(classes.map((name, i) => [name, shares[i]! / sum]));
  return { predictions: [{ label: classes[all.indexOf(most)]!, probabilities }] };
}

/** By name, as views of `weights.bin`. */
export function weightsOf({ weights }: RivalTask, bytes: ArrayBuffer) {
  let at = 0;
  return new Map(
    weights.map(({ name, shape }) => {
      const size = shape.reduce((product, n) => product * n, 1);
      const data = new Float32Array(bytes, 4 * at, size);
      at += size;
      return [name, { shape, data }];
    }),
  );
}
