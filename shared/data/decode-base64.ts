/** Files as JSON carries them: base64, with or without a `data:` URL around it. */
import { AppError } from '../errors.ts';
import { decodeImage } from './decode-image.ts';
import { decodeWav } from './decode-wav.ts';
import type { Image, Sound } from './table.ts';

/** A PNG or JPEG. Throws AppError `invalid_data`. */
export const decodeBase64Image = (text: string): Image => decodeImage(bytesOf(text));

/** A WAV file. Throws AppError `invalid_data`. */
export const decodeBase64Wav = (text: string): Sound => decodeWav(bytesOf(text));

function bytesOf(text: string): Uint8Array {
  const base64 = text.replace(/^data:(image|audio)\/[\w.+-]+;base64,/i, '');
  try {
    return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  } catch (cause) {
    throw new AppError('invalid_data', 'not base64', { cause });
  }
}
