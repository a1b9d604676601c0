/** Power spectra by the fast Fourier transform (Cooley–Tukey, radix 2), in float64 with exact twiddle factors. */
import { exactCos, exactSin } from '../exact-trigonometry.ts';

export interface Fourier {
  /** Real samples, `size` of them, to the squared magnitudes of frequencies 0 … size ÷ 2, written into `power`. */
  powerOf(samples: Float64Array, power: Float64Array): void;
}

/** `size`: a power of two. */
export function createFourier(size: number): Fourier {
  const cos = Float64Array.from({ length: size / 2 }, (_, i) => exactCos(i / size));
  const sin = Float64Array.from({ length: size / 2 }, (_, i) => exactSin(i / size));
  const order = bitReversed(size);
  const real = new Float64Array(size);
  const imaginary = new Float64Array(size);
  return {
    powerOf(samples, power) {
      for (let i = 0; i < size; i++) real[i] = samples[order[i]!]!;
      imaginary.fill(0);
      for (let half = 1; half < size; half *= 2) {
        const stride = size / (2 * half);
        for (let start = 0; start < size; start += 2 * half) {
          for (let i = 0; i < half; i++) {
            const [a, b] = [start + i, start + i + half];
            const [c, s] = [cos[i * stride]!, sin[i * stride]!];
            const re = real[b]! * c + imaginary[b]! * s;
            const im = imaginary[b]! * c - real[b]! * s;
            real[b] = real[a]! - re;
            imaginary[b] = imaginary[a]! - im;
            real[a] = real[a]! + re;
            imaginary[a] = imaginary[a]! + im;
          }
        }
      }
      for (let i = 0; i <= size / 2; i++) power[i] = real[i]! * real[i]! + imaginary[i]! * imaginary[i]!;
    },
  };
}

function bitReversed(size: number): Uint32Array {
  const order = new Uint32Array(size);
  for (let i = 1; i < size; i++) order[i] = (order[i >> 1]! >> 1) | (i & 1 ? size >> 1 : 0);
  return order;
}
