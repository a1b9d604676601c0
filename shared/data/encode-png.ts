/** A picture as a PNG. */
import { encode } from 'fast-png';
import type { Image } from './table.ts';

export const encodePng = ({ width, height, channels, data }: Image): Uint8Array =>
  encode({ width, height, channels, depth: 8, data: Uint8Array.from(data) });

/** The same as a data: URL. */
export function toDataUrl(image: Image): string {
  let binary = '';
  for (const byte of encodePng(image)) binary += String.fromCharCode(byte);
  return `data:image/png;base64,${btoa(binary)}`;
}
