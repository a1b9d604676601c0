/** What sounds become: at another rate, as powers of frequencies, as pitches; by tones whose answers are known. */
import { describe, expect, it } from 'vitest';
import { createFourier } from './fourier.ts';
import { createLogMel, logMelShape } from './log-mel.ts';
import { resample } from './resample.ts';

const tone = (rate: number, frequency: number, length: number, loudness = 0.5) => ({
  rate,
  samples: Float32Array.from({ length }, (_, i) => loudness * Math.sin((2 * Math.PI * frequency * i) / rate)),
});

describe('resample', () => {
  it.each([
    [44_100, 16_000],
    [8000, 16_000],
    [11_025, 8000],
    [48_000, 16_000],
  ])('keeps a tone from %i to %i samples a second', (from, to) => {
    const given = resample(tone(from, 440, from / 5), to);
    const expected = tone(to, 440, to / 5).samples;
    expect(given.length).toBe(expected.length);
    for (let i = 100; i < given.length - 100; i++)
      expect(Math.abs(given[i]! - expected[i]!)).toBeLessThan(2e-3);
  });

  it('removes what the lower rate cannot hold, which would come back as another tone', () => {
    const given = resample(tone(44_100, 12_000, 8820), 16_000).subarray(100, -100);
    expect(Math.max(...given.map(Math.abs))).toBeLessThan(0.01);
  });

  it('leaves a sound of the wanted rate as it is', () => {
    const sound = tone(8000, 440, 50);
    expect([...resample(sound, 8000)]).toEqual([...sound.samples]);
  });
});

it('finds the power of each frequency, as the sum of its parts does', () => {
  const size = 16;
  const samples = Float64Array.from({ length: size }, (_, i) => ((i * i * 7) % 11) - 5);
  const power = new Float64Array(size / 2 + 1);
  createFourier(size).powerOf(samples, power);
  for (let k = 0; k <= size / 2; k++) {
    let [re, im] = [0, 0];
    for (const [i, x] of samples.entries()) {
      re += x * Math.cos((2 * Math.PI * k * i) / size);
      im += x * Math.sin((2 * Math.PI * k * i) / size);
    }
    expect(power[k]).toBeCloseTo(re * re + im * im, 9);
  }
});

describe('the log-mel spectrogram', () => {
  const params = { rate: 8000, seconds: 0.5, window: 32, hop: 16, bands: 40 };
  const [windows, bands] = logMelShape(params);
  const logMel = createLogMel(params);
  const of = (sound: Parameters<typeof logMel>[0]) => {
    const out = new Float64Array(windows * bands);
    logMel(sound, out);
    return Array.from({ length: windows }, (_, w) => [...out.subarray(w * bands, (w + 1) * bands)]);
  };
  const loudest = (window: number[]) => window.indexOf(Math.max(...window));

  it('puts a tone into the band that holds it, higher ones into higher', () => {
    const mel = (f: number) => 1127 * Math.log(1 + f / 700);
    for (const frequency of [300, 1000, 2500]) {
      const wanted = ((mel(frequency) - mel(20)) / (mel(4000) - mel(20))) * (bands + 1) - 1;
      for (const window of of(tone(8000, frequency, 4000)).slice(1, -1))
        expect(Math.abs(loudest(window) - wanted)).toBeLessThanOrEqual(1);
    }
  });

  it('does not hear how loud a sound is', () => {
    const [loud, soft] = [of(tone(8000, 700, 4000, 0.5)), of(tone(8000, 700, 4000, 0.125))];
    expect(soft).toEqual(loud);
  });

  it('finds a word in a longer recording, and sets a shorter one in the middle', () => {
    const word = tone(8000, 700, 2000);
    const late = new Float32Array(16_000);
    late.set(word.samples, 11_000);
    const busy = (spectrogram: number[][]) =>
      spectrogram.filter((window) => Math.max(...window) > 0.5).length;
    expect(busy(of({ rate: 8000, samples: late }))).toBeGreaterThan(12);
    const places = of(word).flatMap((window, w) => (Math.max(...window) > 0 ? [w] : []));
    expect(Math.abs(places[0]! - (windows - 1 - places.at(-1)!))).toBeLessThanOrEqual(1);
  });

  it('is 0 everywhere for silence', () => {
    expect(new Set(of({ rate: 8000, samples: new Float32Array(100) }).flat())).toEqual(new Set([0]));
  });
});
