/**
 * Weights as a safetensors file (https://huggingface.co/docs/safetensors, format 0.x): the length of a JSON header as 64 bits, the
 * header, padded with spaces to a multiple of eight, then the numbers, float32 and little-endian, one tensor after the other.
 */
import type { ParameterValues } from '../executors/executor.ts';
import type { Exporter } from './export-file.ts';

export function encodeSafetensors(tensors: ParameterValues): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } };
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

export const WEIGHTS_FILE = 'weights.safetensors';

export const safetensors: Exporter = {
  name: 'safetensors',
  title: 'Weights (safetensors)',
  summary: 'The weights alone, as most frameworks read them; names are layer/weight, as in Keras.',
  files: ({ parameters }) => [{ path: WEIGHTS_FILE, bytes: encodeSafetensors(parameters) }],
};
