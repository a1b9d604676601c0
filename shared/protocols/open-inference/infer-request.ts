/**
 * A request to infer, as it comes over HTTP: JSON, behind which the bytes of tensors may follow one after the other (the protocol's
 * binary extension, in which a header tells where the JSON ends).
 */
import { AppError } from '../../errors.ts';
import { parseJson } from '../../parse-json.ts';
import { type Datatype, type Elements, elementsFromBytes } from './datatypes.ts';
import type { InferRequest } from './infer-schema.ts';

export const HEADER_LENGTH = 'inference-header-content-length';

/** Elements of a tensor, at most: a picture of a thousand pixels a side has three million. */
const ELEMENTS_MOST = 2 ** 24;

export interface Tensor {
  name: string;
  datatype: Datatype;
  shape: readonly number[];
  /** As many as the shape has places. */
  elements: Elements;
}

export interface ReadRequest {
  id: string | undefined;
  inputs: Tensor[];
  /** Those that are wanted, and whether as bytes; absent: all. */
  outputs: { name: string; asBytes: boolean }[] | undefined;
  /** Of what is not asked for by name. */
  asBytes: boolean;
}

/** `headerLength`: the header's value, where it came; `parse`: `parseInferRequest`. Throws AppError `invalid_request`, naming the field. */
export function readInferRequest(
  body: Uint8Array,
  headerLength: string | undefined,
  parse: (json: unknown) => InferRequest,
): ReadRequest {
  const end = jsonEnd(body, headerLength);
  const { id, parameters, inputs, outputs } = parse(readJson(body.subarray(0, end)));
  const asBytes = parameters?.binary_data_output ?? false;
  let at = end;
  const tensors = inputs.map((input, i): Tensor => {
    const where = `inputs.${i}`;
    const count = input.shape.reduce((product, n) => product * n, 1);
    if (count > ELEMENTS_MOST)
      throw refuse(
        `${where}.shape: [${input.shape}] has ${count} places; at most ${ELEMENTS_MOST} are accepted`,
      );
    const size = input.parameters?.binary_data_size;
    const { name, datatype, shape } = input;
    if (size === undefined) return { name, datatype, shape, elements: elementsOf(input, count, where) };
    if (at + size > body.length) {
      const left = body.length - at;
      throw refuse(
        `${where}.parameters.binary_data_size: it is ${size}, and ${left} bytes are left of the body` +
          (headerLength === undefined ? `; the header "${HEADER_LENGTH}" is missing` : ''),
      );
    }
    const bytes = body.subarray(at, at + size);
    at += size;
    return { name, datatype, shape, elements: elementsFromBytes(datatype, bytes, count, where) };
  });
  if (at !== body.length)
    throw refuse(`the body has ${body.length - at} bytes more than the JSON and the tensors in it tell`);
  return {
    id,
    inputs: tensors,
    outputs: outputs?.map((one) => ({ name: one.name, asBytes: one.parameters?.binary_data ?? asBytes })),
    asBytes,
  };
}

function jsonEnd(body: Uint8Array, headerLength: string | undefined): number {
  if (headerLength === undefined) return body.length;
  const end = Number(headerLength);
  if (/^\d{1,9}$/.test(headerLength) && end <= body.length) return end;
  throw refuse(
    `the header "${HEADER_LENGTH}" is "${headerLength}"; expected 0 to ${body.length}, the bytes of the body`,
  );
}

function readJson(bytes: Uint8Array): unknown {
  try {
    return parseJson(new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes));
  } catch (error) {
    if (error instanceof AppError) throw error;
    const isTyped = error instanceof SyntaxError;
    throw refuse(
      `the body is not JSON${isTyped ? ` (${error.message}); it has no NaN, null stands for it` : ' in UTF-8'}`,
    );
  }
}

type Input = InferRequest['inputs'][number];

function elementsOf({ data, datatype }: Input, count: number, where: string): Elements {
  if (!data)
    throw refuse(
      `${where}.data: it is missing; expected ${count} elements, or "binary_data_size" in the parameters`,
    );
  const flat = data.some(Array.isArray) ? (data.flat(Number.POSITIVE_INFINITY) as unknown[]) : data;
  if (flat.length !== count)
    throw refuse(`${where}.data: it has ${flat.length} elements; the shape has room for ${count}`);
  const isRight = CHECKS[datatype] ?? isNumber;
  const bad = flat.findIndex((one) => one !== null && !isRight(one));
  if (bad >= 0) {
    const shown = JSON.stringify(flat[bad]).slice(0, 80);
    throw refuse(`${where}.data: number ${bad} is ${shown}; expected ${datatype} or null`);
  }
  return flat as Elements;
}

/** Whole numbers of some sizes are not asked to be whole or small: a model takes numbers. */
const isNumber = (value: unknown) => typeof value === 'number';
const CHECKS: Partial<Record<Datatype, (value: unknown) => boolean>> = {
  BYTES: (value) => typeof value === 'string',
  BOOL: (value) => typeof value === 'boolean' || value === 0 || value === 1,
};

const refuse = (message: string): AppError => new AppError('invalid_request', message);
