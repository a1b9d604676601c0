/**
 * Mel-frequency cepstral coefficients of sounds: the cosine transform (DCT-II, orthonormal) of the log-mel spectrogram, of which the
 * first few tell the shape of the voice's tract. Each on its own scale, mean 0 and deviation 1 over the training rows.
 */

import type { ColumnData } from '../../data/table.ts';
import type { Made, Zod } from '../../schema/zod.ts';
import { createLogMel, logMelParams, logMelShape, samplesOf } from '../audio/log-mel.ts';
import { exactCos } from '../exact-trigonometry.ts';
import { mean, standardDeviation } from '../statistics.ts';
import type { FeatureStep } from '../step.ts';

const params = (z: Zod) =>
  z.strictObject({
    type: z.literal('mfcc'),
    ...logMelParams(z),
    coefficients: z.int().min(2).max(128).default(13),
  });
type Params = Made<typeof params>;

const state = (z: Zod) => z.strictObject({ mean: z.array(z.number()), std: z.array(z.number().positive()) });
type State = Made<typeof state>;

type Sounds = Extract<ColumnData, { type: 'audio' }>;

export const mfcc = {
  type: 'mfcc',
  summary: 'Tells the timbre of a sound from moment to moment in a few numbers, as a sequence.',
  accepts: ['audio'],
  gives: 'floats',
  shape: (params) => [logMelShape(params)[0], coefficientsOf(params)],
  takesMissing: false,
  params,
  state,
  fit(sounds, params) {
    const width = coefficientsOf(params);
    const all = cepstra(sounds, params);
    const columns = Array.from({ length: width }, (_, c) => all.filter((_, i) => i % width === c));
    const means = columns.map((column) => mean(column));
    return {
      mean: means,
      std: columns.map((column, c) => standardDeviation(column, means[c]!) || 1),
    };
  },
  apply(sounds, params, { mean, std }) {
    const width = coefficientsOf(params);
    const data = Float32Array.from(
      cepstra(sounds, params),
      (value, i) => (value - mean[i % width]!) / std[i % width]!,
    );
    return { type: 'floats', shape: [logMelShape(params)[0], width], data };
  },
  python(params, { mean, std }) {
    const { rate, bands } = params;
    const { length, size, step } = samplesOf(params);
    const spectrogram = `log_mel(x, rate=${rate}, length=${length}, size=${size}, step=${step}, bands=${bands})`;
    const [centre, spread] = [mean, std].map((values) => `np.array([${values.join(', ')}])`);
    return `(cepstra(${spectrogram}, ${mean.length}) - ${centre}) / ${spread}`;
  },
  typescript(params, { mean, std }) {
    const { rate, bands } = params;
    const { length, size, step } = samplesOf(params);
    return `logMel(${[rate, length, size, step, bands].join(', ')}), cepstra(${bands}, ${JSON.stringify(mean)}, ${JSON.stringify(std)})`;
  },
} as const satisfies FeatureStep<Params, State, Sounds>;

/** There are no more than bands. */
const coefficientsOf = ({ bands, coefficients }: Params): number => Math.min(bands, coefficients);

/** Sound by sound, window by window. */
function cepstra({ values }: Sounds, params: Params): Float64Array {
  const [windows, bands] = logMelShape(params);
  const width = coefficientsOf(params);
  const logMel = createLogMel(params);
  const basis = Array.from({ length: width }, (_, c) =>
    Float64Array.from({ length: bands }, (_, band) => {
      const scale = Math.sqrt((c === 0 ? 1 : 2) / bands);
      return scale * exactCos(((c * (2 * band + 1)) / (4 * bands)) % 1);
    }),
  );
  const one = new Float64Array(windows * bands);
  const out = new Float64Array(values.length * windows * width);
  let place = 0;
  for (const sound of values) {
    logMel(sound, one);
    for (let w = 0; w < windows; w++) {
      for (const weights of basis) {
        let sum = 0;
        for (let band = 0; band < bands; band++) sum += weights[band]! * one[w * bands + band]!;
        out[place++] = sum;
      }
    }
  }
  return out;
}
