/** ONNX's protobuf messages, those that a model needs: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto */
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { Shape } from '../../graph/graph.ts';

/** An integer, or so many times the batch. */
export type Dimension = number | { batch: number };

export type AttributeValue =
  | { int: number }
  | { text: string }
  | { ints: readonly number[] }
  | { floats: readonly number[] }
  | { texts: readonly string[] };

export interface OnnxNode {
  op: string;
  /** '' is ONNX's own. */
  domain: string;
  inputs: readonly string[];
  output: string;
  attributes: Readonly<Record<string, AttributeValue>>;
}

export interface OnnxTensor {
  shape: Shape;
  data: Float32Array | Int32Array | BigInt64Array;
}

export interface OnnxValue {
  name: string;
  shape: readonly Dimension[];
}

export interface OnnxModel {
  name: string;
  description: string;
  nodes: readonly OnnxNode[];
  tensors: ReadonlyMap<string, OnnxTensor>;
  inputs: readonly OnnxValue[];
  output: OnnxValue;
  /** Of each domain that nodes are of, its version. */
  opsets: Readonly<Record<string, number>>;
}

/** `batch`, or `3 batch`. */
export const dimensionText = (size: Dimension): number | string =>
  typeof size === 'number' ? size : size.batch === 1 ? 'batch' : `${size.batch} batch`;

/** Of onnx 1.13, which brought operator set 18. */
const IR_VERSION = 8;
/** `TensorProto.DataType` */
const [FLOAT, INT32, INT64] = [1, 6, 7];

export function encodeOnnx({ name, description, output, ...model }: OnnxModel): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter();
  integer(writer, 1, IR_VERSION);
  text(writer, 2, 'Trainyard');
  text(writer, 6, description);
  nested(writer, 7, () => {
    for (const node of model.nodes) nested(writer, 1, () => writeNode(writer, node));
    text(writer, 2, name);
    for (const [tensor, value] of model.tensors) nested(writer, 5, () => writeTensor(writer, tensor, value));
    for (const input of model.inputs) nested(writer, 11, () => writeValue(writer, input));
    nested(writer, 12, () => writeValue(writer, output));
  });
  for (const [domain, version] of Object.entries(model.opsets))
    nested(writer, 8, () => {
      text(writer, 1, domain);
      integer(writer, 2, version);
    });
  return writer.finish();
}

function writeNode(writer: BinaryWriter, { op, domain, inputs, output, attributes }: OnnxNode): void {
  for (const input of inputs) text(writer, 1, input);
  text(writer, 2, output);
  text(writer, 3, output);
  text(writer, 4, op);
  for (const [name, value] of Object.entries(attributes))
    nested(writer, 5, () => writeAttribute(writer, name, value));
  text(writer, 7, domain);
}

/** Field 20 is the kind, `AttributeProto.AttributeType`. */
function writeAttribute(writer: BinaryWriter, name: string, value: AttributeValue): void {
  text(writer, 1, name);
  if ('int' in value) {
    integer(writer, 3, value.int);
    integer(writer, 20, 2);
  } else if ('text' in value) {
    text(writer, 4, value.text);
    integer(writer, 20, 3);
  } else if ('floats' in value) {
    packed(writer, 7, value.floats, (number) => writer.float(number));
    integer(writer, 20, 6);
  } else if ('ints' in value) {
    packed(writer, 8, value.ints, (number) => writer.int64(number));
    integer(writer, 20, 7);
  } else {
    for (const one of value.texts) text(writer, 9, one);
    integer(writer, 20, 8);
  }
}

function writeTensor(writer: BinaryWriter, name: string, { shape, data }: OnnxTensor): void {
  packed(writer, 1, shape, (size) => writer.int64(size));
  integer(writer, 2, data instanceof Float32Array ? FLOAT : data instanceof Int32Array ? INT32 : INT64);
  text(writer, 8, name);
  // little-endian, as on every machine that this runs on
  writer
    .tag(9, WireType.LengthDelimited)
    .bytes(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

function writeValue(writer: BinaryWriter, { name, shape }: OnnxValue): void {
  text(writer, 1, name);
  const dimension = (size: Dimension) => {
    if (typeof size === 'number') integer(writer, 1, size);
    else text(writer, 2, `${dimensionText(size)}`);
  };
  nested(writer, 2, () =>
    nested(writer, 1, () => {
      integer(writer, 1, FLOAT);
      nested(writer, 2, () => {
        for (const size of shape) nested(writer, 1, () => dimension(size));
      });
    }),
  );
}

const integer = (writer: BinaryWriter, field: number, value: number) =>
  void writer.tag(field, WireType.Varint).int64(value);
const text = (writer: BinaryWriter, field: number, value: string) =>
  void writer.tag(field, WireType.LengthDelimited).string(value);

function nested(writer: BinaryWriter, field: number, write: () => void): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  write();
  writer.join();
}

const packed = (
  writer: BinaryWriter,
  field: number,
  values: readonly number[],
  write: (value: number) => void,
) =>
  nested(writer, field, () => {
    for (const value of values) write(value);
  });
