/**
 * Element types of the Open Inference Protocol, as JSON and as bytes: little-endian, row-major, without gaps; of `BYTES` each element
 * is its length (uint32) and its bytes.
 */
import { AppError } from '../../errors.ts';

/** Of one tensor, flat and row-major. What came as bytes may be bytes still, where they are no text. */
export type Elements = ArrayLike<number> | readonly Element[];
export type Element = number | string | boolean | Uint8Array | null;

interface NumberType {
  /** Bytes of an element. */
  size: number;
  read(view: DataView, at: number): number | boolean;
}

const NUMBERS = {
  BOOL: { size: 1, read: (view, at) => view.getUint8(at) !== 0 },
  UINT8: { size: 1, read: (view, at) => view.getUint8(at) },
  UINT16: { size: 2, read: (view, at) => view.getUint16(at, true) },
  UINT32: { size: 4, read: (view, at) => view.getUint32(at, true) },
  UINT64: { size: 8, read: (view, at) => Number(view.getBigUint64(at, true)) },
  INT8: { size: 1, read: (view, at) => view.getInt8(at) },
  INT16: { size: 2, read: (view, at) => view.getInt16(at, true) },
  INT32: { size: 4, read: (view, at) => view.getInt32(at, true) },
  INT64: { size: 8, read: (view, at) => Number(view.getBigInt64(at, true)) },
  FP16: { size: 2, read: (view, at) => halfToNumber(view.getUint16(at, true)) },
  FP32: { size: 4, read: (view, at) => view.getFloat32(at, true) },
  FP64: { size: 8, read: (view, at) => view.getFloat64(at, true) },
} satisfies Record<string, NumberType>;

export const DATATYPES = [...(Object.keys(NUMBERS) as (keyof typeof NUMBERS)[]), 'BYTES'] as const;
export type Datatype = (typeof DATATYPES)[number];

/** `count` elements out of exactly these bytes. Throws AppError `invalid_request`, which says `where`. */
export function elementsFromBytes(
  datatype: Datatype,
  bytes: Uint8Array,
  count: number,
  where: string,
): Elements {
  if (datatype === 'BYTES') return stringsFromBytes(bytes, count, where);
  const { size, read } = NUMBERS[datatype] as NumberType;
  if (bytes.length !== count * size)
    throw wrongSize(where, bytes.length, `${count * size} for ${count} elements of ${datatype}`);
  if (datatype === 'UINT8') return bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: count }, (_, i) => read(view, i * size));
}

function stringsFromBytes(bytes: Uint8Array, count: number, where: string): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const elements: Uint8Array[] = [];
  let at = 0;
  while (elements.length < count) {
    const length = at + 4 <= bytes.length ? view.getUint32(at, true) : Number.POSITIVE_INFINITY;
    if (at + 4 + length > bytes.length)
      throw wrongSize(
        where,
        bytes.length,
        `room for ${count} elements of BYTES, and ends in number ${elements.length}`,
      );
    elements.push(bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  if (at !== bytes.length) throw wrongSize(where, bytes.length, `${at} for its ${count} elements of BYTES`);
  return elements;
}

/** What is answered: texts in UTF-8, and two kinds of numbers. */
export type AnswerType = 'BYTES' | 'FP32' | 'FP64';

export function elementsToBytes(datatype: AnswerType, elements: Elements): Uint8Array<ArrayBuffer> {
  if (datatype === 'BYTES') return stringsToBytes(elements as readonly (string | Uint8Array)[]);
  const numbers = elements as ArrayLike<number>;
  const bytes = new Uint8Array(numbers.length * NUMBERS[datatype].size);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < numbers.length; i++) {
    if (datatype === 'FP32') view.setFloat32(i * 4, numbers[i]!, true);
    else view.setFloat64(i * 8, numbers[i]!, true);
  }
  return bytes;
}

function stringsToBytes(elements: readonly (string | Uint8Array)[]): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const parts = elements.map((one) => (typeof one === 'string' ? encoder.encode(one) : one));
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + 4 + length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const part of parts) {
    view.setUint32(at, part.length, true);
    bytes.set(part, at + 4);
    at += 4 + part.length;
  }
  return bytes;
}

function wrongSize(where: string, length: number, wanted: string): AppError {
  return new AppError('invalid_request', `${where}: it has ${length} bytes; expected ${wanted}`);
}

/** IEEE 754 binary16. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
