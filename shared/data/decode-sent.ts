/** Files as requests carry them: bytes, or in JSON base64, with or without a `data:` URL around it. */
import { AppError } from '../errors.ts';
import { decodeImage } from './decode-image.ts';
import { decodeWav } from './decode-wav.ts';
import type { Image, Sound } from './table.ts';

/** A PNG or JPEG. Throws AppError `invalid_data`. */
export const decodeSentImage = (sent: Sent): Image => decodeImage(bytesOf(sent));

/** A WAV file. Throws AppError `invalid_data`. */
export const decodeSentWav = (sent: Sent): Sound => decodeWav(bytesOf(sent));

export type Sent = string | Uint8Array;
export const isSent = (value: unknown): value is Sent =>
  typeof value === 'string' || value instanceof Uint8Array;

function bytesOf(text: Sent): Uint8Array {
  if (typeof text !== 'string') return text;
  const base64 = text.replace(/^data:(image|audio)\/[\w.+-]+;base64,/i, '');
  try {
    return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  } catch (cause) {
    throw new AppError('invalid_data', 'not base64', { cause });
  }
}
