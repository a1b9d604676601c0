/** A picture as JSON carries it: base64, with or without a `data:` URL around it. */
import { AppError } from '../errors.ts';
import { decodeImage } from './decode-image.ts';
import type { Image } from './table.ts';

/** Throws AppError `invalid_data`. */
export function decodeBase64Image(text: string): Image {
  const base64 = text.replace(/^data:image\/(png|jpe?g);base64,/i, '');
  let binary: string;
  try {
    binary = atob(base64);
  } catch (cause) {
    throw new AppError('invalid_data', 'not base64', { cause });
  }
  return decodeImage(Uint8Array.from(binary, (char) => char.charCodeAt(0)));
}
