/**
 * Weights as a safetensors file (https://huggingface.co/docs/safetensors, format 0.x): the length of a JSON header as 64 bits, the
 * header, padded with spaces to a multiple of eight, then the numbers, float32 and little-endian, one tensor after the other.
 */
import * as z from 'zod';
import { AppError, messageOf } from '../errors.ts';
import type { ParameterValues } from '../executors/executor.ts';
import type { TensorValue } from '../graph/graph.ts';
import { sizeOf } from '../graph/operator.ts';

/** `metadata`: what else belongs to the weights, as texts by name. */
export function encodeSafetensors(
  tensors: ParameterValues,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = { __metadata__: { format: 'pt', ...metadata } };
  let size = 0;
  for (const [name, { shape, data }] of tensors) {
    header[name] = { dtype: 'F32', shape, data_offsets: [size, size + data.byteLength] };
    size += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const headerSize = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(8 + headerSize + size);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerSize), true);
  bytes.fill(0x20, 8, 8 + headerSize);
  bytes.set(json, 8);
  let at = 8 + headerSize;
  for (const { data } of tensors.values()) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

const Tensor = z.object({
  dtype: z.literal('F32'),
  shape: z.array(z.int().min(0)),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
});
const Header = z.object({ __metadata__: z.record(z.string(), z.string()).optional() }).catchall(Tensor);
/** A header that is longer holds something else. */
const HEADER_MOST = 10 * 2 ** 20;

/** Float32 tensors by name. Throws AppError `invalid_data` where it is no sound file of them. */
export const decodeSafetensors = (bytes: Uint8Array): Map<string, TensorValue> =>
  naming(() => {
    const { header, start } = headerOf(bytes);
    const { __metadata__: _, ...tensors } = header;
    return new Map(
      Object.entries(tensors as Record<string, z.infer<typeof Tensor>>).map(
        ([
          name,
          {
            shape,
            data_offsets: [from, to],
          },
        ]) => {
          if (to - from !== 4 * sizeOf(shape) || start + to > bytes.length) {
            throw new Error(`"${name}" lies at ${from} to ${to}, which is not what its shape takes`);
          }
          return [name, { shape, data: new Float32Array(bytes.slice(start + from, start + to).buffer) }];
        },
      ),
    );
  });

/** What else belongs to the weights. Throws as `decodeSafetensors` does. */
export const safetensorsMetadata = (bytes: Uint8Array): Readonly<Record<string, string>> =>
  naming(() => headerOf(bytes).header.__metadata__ ?? {});

/** `start`: where the numbers begin. */
function headerOf(bytes: Uint8Array): { header: z.infer<typeof Header>; start: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const headerSize = Number(view.getBigUint64(0, true));
  if (headerSize > Math.min(bytes.length - 8, HEADER_MOST)) throw new Error('its header goes beyond its end');
  const start = 8 + headerSize;
  const header = Header.parse(JSON.parse(new TextDecoder().decode(bytes.subarray(8, start))));
  return { header, start };
}

function naming<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    const problem = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error);
    throw new AppError('invalid_data', `this is no safetensors file of float32 weights: ${problem}`, {
      cause: error,
    });
  }
}
