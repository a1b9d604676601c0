/** Functions of sounds that generated preprocessing calls, as `TYPESCRIPT_HELPERS`. */
export const TYPESCRIPT_SOUND_HELPERS: Readonly<Record<string, string>> = {
  wav: `/** Samples a second, and samples from -1 to 1, of a WAV file as base64. Channels become their mean. */
function wav(base64: string): { rate: number; samples: Float32Array } {
  const bytes = Uint8Array.from(atob(base64.slice(base64.indexOf(',') + 1)), (char) => char.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  const chunk = (name: string) => {
    for (let at = 12; at + 8 <= bytes.length; ) {
      const size = view.getUint32(at + 4, true);
      if (String.fromCharCode(...bytes.subarray(at, at + 4)) === name) return { start: at + 8, size };
      at += 8 + size + (size % 2);
    }
    throw new Error(\`the WAV file has no "\${name}"\`);
  };
  const { start: format, size: extent } = chunk('fmt ');
  const tag = view.getUint16(format, true);
  const isFloat = (tag === 0xfffe && extent >= 26 ? view.getUint16(format + 24, true) : tag) === 3;
  const channels = view.getUint16(format + 2, true);
  const bits = view.getUint16(format + 14, true);
  const read = (at: number): number => {
    if (isFloat) return bits === 32 ? view.getFloat32(at, true) : view.getFloat64(at, true);
    if (bits === 8) return (view.getUint8(at) - 128) / 128;
    if (bits === 16) return view.getInt16(at, true) / 2 ** 15;
    if (bits === 24) return (view.getInt8(at + 2) * 2 ** 16 + view.getUint16(at, true)) / 2 ** 23;
    return view.getInt32(at, true) / 2 ** 31;
  };
  const { start, size } = chunk('data');
  const width = (bits / 8) * channels;
  const samples = Float32Array.from({ length: Math.min(size || bytes.length, bytes.length - start) / width }, (_, i) => {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += read(start + i * width + (c * bits) / 8);
    return sum / channels;
  });
  return { rate: view.getUint32(format + 4, true), samples };
}`,
  resample: `/** Sinc under a Hann window of 16 zero crossings a side, cut off at the lower of the two rates' limits. */
function resample({ rate, samples }: { rate: number; samples: Float32Array }, wanted: number): Float64Array {
  if (rate === wanted) return Float64Array.from(samples);
  const cutoff = Math.min(1, wanted / rate);
  const reach = Math.ceil(16 / cutoff);
  return Float64Array.from({ length: Math.max(1, Math.round((samples.length * wanted) / rate)) }, (_, i) => {
    const centre = Math.floor((i * rate) / wanted);
    const part = ((i * rate) % wanted) / wanted;
    let sum = 0;
    for (let k = 1 - reach; k <= reach; k++) {
      const x = Math.abs(k - part) * cutoff;
      if (x >= 16) continue;
      const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
      sum += cutoff * (0.5 + 0.5 * Math.cos((Math.PI * x) / 16)) * sinc * (samples[centre + k] ?? 0);
    }
    return sum;
  });
}`,
  loudest: `/** Where the stretch of \`length\` samples begins that has the most energy; before 0 for a shorter sound. */
function loudest(samples: Float64Array, length: number): number {
  if (samples.length <= length) return -Math.floor((length - samples.length) / 2);
  let [energy, most, place] = [0, 0, 0];
  for (const [i, sample] of samples.entries()) {
    energy += sample ** 2;
    if (i >= length) energy -= samples[i - length]! ** 2;
    if (i >= length - 1 && energy > most) [most, place] = [energy, i - length + 1];
  }
  return place;
}`,
  powerSpectrum: `/** The squared magnitudes of the frequencies of real samples, a power of two of them (Cooley-Tukey). */
function powerSpectrum(samples: Float64Array): Float64Array {
  const transform = (real: Float64Array): [Float64Array, Float64Array] => {
    const size = real.length;
    if (size === 1) return [real, new Float64Array(1)];
    const [evenRe, evenIm] = transform(real.filter((_, i) => i % 2 === 0));
    const [oddRe, oddIm] = transform(real.filter((_, i) => i % 2 === 1));
    const [re, im] = [new Float64Array(size), new Float64Array(size)];
    for (let k = 0; k < size / 2; k++) {
      const [c, s] = [Math.cos((2 * Math.PI * k) / size), -Math.sin((2 * Math.PI * k) / size)];
      const [turnedRe, turnedIm] = [oddRe[k]! * c - oddIm[k]! * s, oddRe[k]! * s + oddIm[k]! * c];
      [re[k], im[k]] = [evenRe[k]! + turnedRe, evenIm[k]! + turnedIm];
      [re[k + size / 2], im[k + size / 2]] = [evenRe[k]! - turnedRe, evenIm[k]! - turnedIm];
    }
    return [re, im];
  };
  const [re, im] = transform(samples);
  return re.subarray(0, samples.length / 2 + 1).map((one, k) => one ** 2 + im[k]! ** 2);
}`,
  melTriangles: `/** For each band its weights of the frequencies, which rise and fall along the mel scale, from 20 Hz to half the rate. */
function melTriangles(bands: number, points: number, rate: number): number[][] {
  const mel = (frequency: number) => 1127 * Math.log(1 + frequency / 700);
  const places = Array.from({ length: points / 2 + 1 }, (_, k) => mel((k * rate) / points));
  const width = (mel(rate / 2) - mel(20)) / (bands + 1);
  return Array.from({ length: bands }, (_, band) => {
    const away = places.map((place) => Math.abs(place - (mel(20) + (band + 1) * width)));
    const weights = away.map((distance) => Math.max(0, 1 - distance / width));
    // between two frequencies: the nearest is its own
    if (!weights.some((weight) => weight > 0)) weights[away.indexOf(Math.min(...away))] = 1;
    return weights;
  });
}`,
  logMel: `/**
 * How much of each pitch a sound has, 1 at its peak, 0 at 80 decibels below: window by window, band by band. All but \`bands\` and
 * \`rate\` are in samples.
 */
function logMel(rate: number, length: number, size: number, step: number, bands: number) {
  const points = 2 ** Math.ceil(Math.log2(size));
  const hann = Float64Array.from({ length: size }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / size));
  const triangles = melTriangles(bands, points, rate);
  const windows = Math.max(1, 1 + Math.floor((length - size) / step));
  return (sound: string): number[] => {
    const samples = resample(wav(sound), rate);
    const start = loudest(samples, length);
    const power = Array.from({ length: windows }, (_, w) => {
      const frame = Float64Array.from({ length: points }, (_, i) => (samples[start + w * step + i] ?? 0) * (hann[i] ?? 0));
      const spectrum = powerSpectrum(frame);
      return triangles.map((weights) => weights.reduce((sum, weight, k) => sum + weight * spectrum[k]!, 0));
    }).flat();
    const peak = power.reduce((most, one) => Math.max(most, one), 0) || 1;
    return power.map((one) => (one / peak > 1e-8 ? 1 + Math.log10(one / peak) / 8 : 0));
  };
}`,
  cepstra: `/** The first coefficients of the cosine transform (DCT-II, orthonormal) of each window, and each of them on its own scale. */
function cepstra(bands: number, mean: readonly number[], std: readonly number[]) {
  const basis = mean.map((_, c) =>
    Array.from(
      { length: bands },
      (_, band) => Math.sqrt((c === 0 ? 1 : 2) / bands) * Math.cos((Math.PI * c * (2 * band + 1)) / (2 * bands)),
    ),
  );
  return (spectrogram: readonly number[]): number[] =>
    Array.from({ length: spectrogram.length / bands }, (_, w) =>
      basis.map((weights, c) => {
        const value = weights.reduce((sum, weight, band) => sum + weight * spectrogram[w * bands + band]!, 0);
        return (value - mean[c]!) / std[c]!;
      }),
    ).flat();
}`,
};
