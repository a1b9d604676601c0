/** Mono samples as a WAV file of 16-bit PCM; what lies beyond −1 … 1 is cut. */
import type { Sound } from './table.ts';

const HEADER = 44; // bytes

export function encodeWav({ rate, samples }: Sound): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HEADER + 2 * samples.length);
  const view = new DataView(bytes.buffer);
  const name = (at: number, text: string) => bytes.set(new TextEncoder().encode(text), at);
  name(0, 'RIFF');
  view.setUint32(4, bytes.length - 8, true);
  name(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true); // PCM
  view.setUint16(22, 1, true); // channels
  view.setUint32(24, rate, true);
  view.setUint32(28, 2 * rate, true); // bytes a second
  view.setUint16(32, 2, true); // bytes of a sample
  view.setUint16(34, 16, true); // bits of a sample
  name(36, 'data');
  view.setUint32(40, 2 * samples.length, true);
  for (const [i, sample] of samples.entries()) {
    const value = Math.round(Math.min(Math.max(sample, -1), 1) * 2 ** 15);
    view.setInt16(HEADER + 2 * i, Math.min(value, 2 ** 15 - 1), true);
  }
  return bytes;
}
