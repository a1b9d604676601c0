/** What is answered to a request to infer: JSON, and behind it the bytes of those outputs that were asked for as such. */
import { AppError } from '../../errors.ts';
import type { OutputSpec, Prediction } from '../../schema/prediction.ts';
import { elementsToBytes } from './datatypes.ts';
import type { ReadRequest } from './infer-request.ts';
import { type AnswerTensor, answerTensors } from './model-tensors.ts';

export interface InferResponse {
  model_name: string;
  model_version: string;
  id: string;
  outputs: {
    name: string;
    datatype: string;
    shape: readonly number[];
    parameters?: { binary_data_size: number };
    data?: readonly (number | string)[];
  }[];
}

export interface WrittenResponse {
  json: InferResponse;
  /** Of the outputs that are told as bytes, in their order; null: all are in the JSON. */
  bytes: Uint8Array<ArrayBuffer>[] | null;
}

/** Throws AppError `invalid_request` for an output that the model does not have. */
export function writeInferResponse(
  asked: ReadRequest,
  about: { model_name: string; model_version: string; id: string },
  output: OutputSpec,
  predictions: readonly Prediction[],
): WrittenResponse {
  const tensors = answerTensors(output, predictions);
  const bytes: Uint8Array<ArrayBuffer>[] = [];
  const outputs = wantedOf(asked, tensors).map(({ tensor, asBytes }): InferResponse['outputs'][number] => {
    const { elements, ...rest } = tensor;
    if (!asBytes) return { ...rest, data: elements as (number | string)[] };
    const written = elementsToBytes(tensor.datatype, elements);
    bytes.push(written);
    return { ...rest, parameters: { binary_data_size: written.length } };
  });
  return { json: { ...about, outputs }, bytes: bytes.length > 0 ? bytes : null };
}

function wantedOf(
  { outputs, asBytes }: ReadRequest,
  tensors: readonly AnswerTensor[],
): { tensor: AnswerTensor; asBytes: boolean }[] {
  if (!outputs || outputs.length === 0) return tensors.map((tensor) => ({ tensor, asBytes }));
  return outputs.map((wanted, i) => {
    const tensor = tensors.find(({ name }) => name === wanted.name);
    if (tensor) return { tensor, asBytes: wanted.asBytes };
    const known = tensors.map(({ name }) => `"${name}"`).join(', ');
    throw new AppError(
      'invalid_request',
      `outputs.${i}.name: the model has no output "${wanted.name}"; it gives ${known}`,
    );
  });
}
