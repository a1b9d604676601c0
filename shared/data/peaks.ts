/** The outline of a sound, as it is drawn: of `count` stretches of equal length the loudest sample, 0 … 1. */
export function peaksOf(samples: Float32Array, count: number): number[] {
  const peaks = new Array<number>(count).fill(0);
  for (const [i, sample] of samples.entries()) {
    const place = Math.floor((i * count) / samples.length);
    peaks[place] = Math.max(peaks[place]!, Math.abs(sample));
  }
  return peaks;
}
