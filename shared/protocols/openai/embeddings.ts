/** OpenAI's embeddings: texts to vectors of unit length, as numbers or, as its clients ask by themselves, as base64 of float32. */
import * as z from 'zod';
import { AppError } from '../../errors.ts';
import { Name } from '../../schema/id.ts';
import type { InputField, Instance } from '../../schema/prediction.ts';
import { INSTANCES_MOST } from '../../schema/prediction-limits.ts';

export const EmbeddingsRequest = z.looseObject({
  /** The endpoint's name. */
  model: Name,
  input: z.union([z.string(), z.array(z.string()).min(1).max(INSTANCES_MOST)]),
  encoding_format: z.enum(['float', 'base64']).default('float'),
  /** Only as many as the model has. */
  dimensions: z.int().min(1).optional(),
});
export type EmbeddingsRequest = z.infer<typeof EmbeddingsRequest>;

export const EmbeddingsReply = z.object({
  object: z.literal('list'),
  model: z.string(),
  data: z.array(
    z.object({
      object: z.literal('embedding'),
      index: z.int(),
      embedding: z.union([z.array(z.number()), z.string()]),
    }),
  ),
  usage: z.object({ prompt_tokens: z.int(), total_tokens: z.int() }),
});
export type EmbeddingsReply = z.infer<typeof EmbeddingsReply>;

/** Throws AppError `invalid_request` for a model that does not take one text. */
export function instancesToEmbed({ input }: EmbeddingsRequest, fields: readonly InputField[]): Instance[] {
  const [field] = fields;
  if (fields.length !== 1 || (field!.type !== 'text' && field!.type !== 'category'))
    throw new AppError('invalid_request', 'model: this one takes no text, and has no embeddings of texts');
  return [input].flat().map((text) => ({ [field!.name]: text }));
}

/** `vectors`: row-major, `width` numbers for each text. */
export function embeddingsReply(
  { model, input, encoding_format, dimensions }: EmbeddingsRequest,
  vectors: Float32Array,
  width: number,
): EmbeddingsReply {
  if (dimensions !== undefined && dimensions !== width)
    throw new AppError('invalid_request', `dimensions: it is ${dimensions}; this model has ${width}`);
  const texts = [input].flat();
  // words, since tokens are each model's own
  const words = texts.reduce((sum, text) => sum + (text.match(/\S+/gu)?.length ?? 0), 0);
  return {
    object: 'list',
    model,
    data: texts.map((_, index) => {
      const vector = unitOf(vectors.subarray(index * width, (index + 1) * width));
      return {
        object: 'embedding',
        index,
        embedding: encoding_format === 'base64' ? toBase64(vector) : [...vector],
      };
    }),
    usage: { prompt_tokens: words, total_tokens: words },
  };
}

function unitOf(vector: Float32Array): Float32Array {
  let square = 0;
  for (const value of vector) square += value * value;
  const length = Math.sqrt(square) || 1;
  return vector.map((value) => value / length);
}

/** Little-endian, as every machine that this runs on is. */
function toBase64(vector: Float32Array): string {
  const bytes = new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);
  let letters = '';
  for (const byte of bytes) letters += String.fromCharCode(byte);
  return btoa(letters);
}
