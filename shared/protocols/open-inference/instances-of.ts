/**
 * The rows that a request's tensors hold: a tensor for each feature, by name; or one alone for a model of one feature, or for all
 * features of a model of numbers, side by side in their order.
 */
import type { Image } from '../../data/table.ts';
import { AppError } from '../../errors.ts';
import type { InputField, Instance } from '../../schema/prediction.ts';
import { INSTANCES_MOST } from '../../schema/prediction-limits.ts';
import type { Element, Elements } from './datatypes.ts';
import type { Tensor } from './infer-request.ts';
import { inputTensors } from './model-tensors.ts';

/** Throws AppError `invalid_request`, naming the input. */
export function instancesOf(inputs: readonly InputField[], tensors: readonly Tensor[]): Instance[] {
  const places = placesOf(inputs, tensors);
  const [first] = tensors;
  const rows = rowsOf(first!, 0);
  if (rows < 1 || rows > INSTANCES_MOST)
    throw refuse(0, 'shape', `it has ${rows} rows; 1 to ${INSTANCES_MOST} are accepted`);
  tensors.forEach((tensor, i) => {
    if (rowsOf(tensor, i) !== rows)
      throw refuse(
        i,
        'shape',
        `"${tensor.name}" has ${rowsOf(tensor, i)} rows, and "${first!.name}" has ${rows}`,
      );
  });
  const readers = places.map(({ field, tensor, part }) => ({
    name: field.name,
    read: readerOf(field, tensors[tensor]!, tensor, part),
  }));
  return Array.from({ length: rows }, (_, row) => {
    const instance: Instance = {};
    for (const { name, read } of readers) {
      const value = read(row);
      if (value !== undefined) instance[name] = value;
    }
    return instance;
  });
}

interface Place {
  field: InputField;
  tensor: number;
  /** Of the numbers of a row, the one that is the feature's. */
  part?: number;
}

function placesOf(inputs: readonly InputField[], tensors: readonly Tensor[]): Place[] {
  const [only] = tensors;
  if (tensors.length === 1 && !inputs.some(({ name }) => name === only!.name)) {
    if (inputs.length === 1) return [{ field: inputs[0]!, tensor: 0 }];
    const width = widthOf(only!);
    if (inputs.every(({ type }) => type === 'number') && width === inputs.length)
      return inputs.map((field, part) => ({ field, tensor: 0, part }));
  }
  const seen = new Set<string>();
  return tensors.map(({ name }, i) => {
    const field = inputs.find((one) => one.name === name);
    if (!field) throw refuse(i, 'name', `the model has no input "${name}"; it takes ${shown(inputs)}`);
    if (seen.has(name)) throw refuse(i, 'name', `"${name}" is there twice`);
    seen.add(name);
    return { field, tensor: i };
  });
}

function readerOf(
  field: InputField,
  tensor: Tensor,
  i: number,
  part: number | undefined,
): (row: number) => unknown {
  const { elements } = tensor;
  const width = widthOf(tensor);
  if (part !== undefined) return (row) => numberAt(elements, row * width + part);
  switch (field.type) {
    case 'number':
      requireWidth(tensor, i, 1);
      return (row) => numberAt(elements, row);
    case 'series':
      return (row) => Array.from({ length: width }, (_, at) => numberAt(elements, row * width + at));
    case 'image':
      if (tensor.datatype !== 'BYTES') return pixelsOf(tensor, i);
      requireWidth(tensor, i, 1);
      return (row) => (elements as readonly Element[])[row];
    case 'audio':
      requireWidth(tensor, i, 1);
      return (row) => (elements as readonly Element[])[row];
    default:
      if (tensor.datatype !== 'BYTES')
        throw refuse(
          i,
          'datatype',
          `"${field.name}" takes texts, and ${tensor.datatype} are none; expected BYTES`,
        );
      requireWidth(tensor, i, 1);
      return (row) => textOf((elements as readonly Element[])[row], i);
  }
}

/** Not a number is how a missing one comes as bytes. */
function numberAt(elements: Elements, at: number): unknown {
  const value = (elements as ArrayLike<Element>)[at]!;
  if (typeof value === 'boolean') return Number(value);
  return Number.isNaN(value) ? null : value;
}

function textOf(value: Element | undefined, i: number): unknown {
  if (!(value instanceof Uint8Array)) return value;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(value);
  } catch {
    throw refuse(i, 'data', 'it holds bytes that are no text in UTF-8');
  }
}

/** Rows of [height, width] or [height, width, channels], numbers from 0 to 255. */
function pixelsOf({ elements, shape, name }: Tensor, i: number): (row: number) => Image {
  const [, height = 0, width = 0, channels = 1] = shape;
  if (shape.length < 3 || shape.length > 4 || (channels !== 1 && channels !== 3) || height < 1 || width < 1) {
    const accepted = '[rows, height, width, 1 or 3], or BYTES of PNG or JPEG files';
    throw refuse(i, 'shape', `"${name}" is [${shape.join(', ')}]; expected ${accepted}`);
  }
  const size = height * width * channels;
  const bytes = elements instanceof Uint8Array ? elements : bytesFrom(elements, i);
  return (row) => ({ width, height, channels, data: bytes.subarray(row * size, (row + 1) * size) });
}

function bytesFrom(elements: Elements, i: number): Uint8Array {
  const numbers = elements as ArrayLike<number>;
  const bytes = new Uint8Array(numbers.length);
  for (let at = 0; at < bytes.length; at++) {
    const value = numbers[at]!;
    if (!Number.isInteger(value) || value < 0 || value > 255)
      throw refuse(i, 'data', `number ${at} is ${value}; expected whole numbers from 0 to 255`);
    bytes[at] = value;
  }
  return bytes;
}

const rowsOf = ({ shape, name }: Tensor, i: number): number => {
  if (shape.length === 0) throw refuse(i, 'shape', `"${name}" is []; expected the number of rows first`);
  return shape[0]!;
};
const widthOf = ({ shape }: Tensor): number => shape.slice(1).reduce((product, n) => product * n, 1);

function requireWidth(tensor: Tensor, i: number, width: number): void {
  if (widthOf(tensor) === width) return;
  const { name, shape } = tensor;
  throw refuse(i, 'shape', `"${name}" is [${shape.join(', ')}]; expected [rows] or [rows, ${width}]`);
}

const shown = (inputs: readonly InputField[]): string =>
  inputTensors(inputs)
    .slice(0, 20)
    .map(({ name, datatype, shape }) => `"${name}" ${datatype} [${shape.join(', ')}]`)
    .join(', ');

const refuse = (i: number, field: string, what: string): AppError =>
  new AppError('invalid_request', `inputs.${i}.${field}: ${what}`);
