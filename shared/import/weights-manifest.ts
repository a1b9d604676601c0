/** The weights of a TensorFlow.js model, of layers or a graph: what the `weightsManifest` of its `model.json` says of its files. */
import * as z from 'zod';
import { AppError } from '../errors.ts';
import type { TensorValue } from '../graph/graph.ts';
import { sizeOf } from '../graph/operator.ts';
import type { NamedWeight } from './named-weights.ts';

const Quantisation = z.object({
  dtype: z.enum(['uint8', 'uint16', 'float16']),
  scale: z.number().optional(),
  min: z.number().optional(),
});
const Weight = z.object({
  name: z.string(),
  shape: z.array(z.int().min(0)),
  dtype: z.string(),
  quantization: Quantisation.optional(),
});
type Weight = z.infer<typeof Weight>;
const TensorflowJsModel = z.object({
  modelTopology: z.record(z.string(), z.unknown()),
  weightsManifest: z.array(z.object({ paths: z.array(z.string()), weights: z.array(Weight) })),
});
export type TensorflowJsModel = z.infer<typeof TensorflowJsModel>;

/** Undefined where it is another file. */
export const parseModelJson = (modelJson: unknown): TensorflowJsModel | undefined =>
  TensorflowJsModel.safeParse(modelJson).data;

/** Paths of the files of weights, in order. */
export const pathsOf = ({ weightsManifest }: TensorflowJsModel): string[] =>
  weightsManifest.flatMap(({ paths }) => paths);

/** `files` by path. Throws AppError `unsupported` or `invalid_data`. */
export const readWeights = (
  { weightsManifest }: TensorflowJsModel,
  files: ReadonlyMap<string, Uint8Array>,
): NamedWeight[] =>
  weightsManifest.flatMap(({ paths, weights }) => {
    const bytes = joined(paths, files);
    let at = 0;
    return weights.map((entry): NamedWeight => {
      const { value, length } = tensorAt(entry, bytes, at);
      at += length;
      return { path: entry.name, value };
    });
  });

function joined(paths: readonly string[], files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const parts = paths.map((path) => {
    const bytes = files.get(path);
    if (!bytes)
      throw new AppError(
        'invalid_data',
        `the file of weights "${path}" is missing; it belongs beside model.json`,
      );
    return bytes;
  });
  const all = new Uint8Array(parts.reduce((size, { length }) => size + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

const BYTES = { float32: 4, float16: 2, uint8: 1, uint16: 2, int32: 4, bool: 1 } as const;

function tensorAt(
  { name, shape, dtype, quantization }: Weight,
  bytes: Uint8Array,
  at: number,
): { value: TensorValue; length: number } {
  const stored = (quantization?.dtype ?? dtype) as keyof typeof BYTES;
  if (!['float32', 'int32'].includes(dtype) || !(stored in BYTES)) {
    throw new AppError('unsupported', `the weight "${name}" is ${dtype}; float32 and int32 can be imported`);
  }
  const size = sizeOf(shape);
  const length = size * BYTES[stored];
  if (at + length > bytes.length) {
    throw new AppError(
      'invalid_data',
      `the files of weights end within "${name}": they have ${bytes.length} bytes, and it needs ${at + length}`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, length);
  const { scale = 1, min = 0 } = quantization ?? {};
  const read = {
    float32: (i: number) => view.getFloat32(4 * i, true),
    float16: (i: number) => fromHalf(view.getUint16(2 * i, true)),
    uint8: (i: number) => view.getUint8(i) * scale + min,
    uint16: (i: number) => view.getUint16(2 * i, true) * scale + min,
    int32: (i: number) => view.getInt32(4 * i, true),
    bool: (i: number) => view.getUint8(i),
  }[stored];
  return { value: { shape, data: Float32Array.from({ length: size }, (_, i) => read(i)) }, length };
}

/** IEEE 754 binary16. */
function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return (sign * fraction) / 2 ** 24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
