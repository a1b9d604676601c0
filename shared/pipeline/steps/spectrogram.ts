/** Log-mel spectrograms of sounds: pictures of one channel, time downwards and pitch to the right. */

import type { ColumnData } from '../../data/table.ts';
import type { Made, Zod } from '../../schema/zod.ts';
import { createLogMel, logMelParams, logMelShape, samplesOf } from '../audio/log-mel.ts';
import type { FeatureStep } from '../step.ts';

const params = (z: Zod) => z.strictObject({ type: z.literal('spectrogram'), ...logMelParams(z) });
type Params = Made<typeof params>;
const state = (z: Zod) => z.null();

export const spectrogram = {
  type: 'spectrogram',
  summary: 'Shows which pitches a sound has from moment to moment, as a picture (log-mel).',
  accepts: ['audio'],
  gives: 'floats',
  shape: (params) => [...logMelShape(params), 1],
  takesMissing: false,
  params,
  state,
  fit: () => null,
  apply({ values }, params) {
    const [windows, bands] = logMelShape(params);
    const logMel = createLogMel(params);
    const one = new Float64Array(windows * bands);
    const data = new Float32Array(values.length * one.length);
    for (const [row, sound] of values.entries()) {
      logMel(sound, one);
      data.set(one, row * one.length);
    }
    return { type: 'floats', shape: [windows, bands, 1], data };
  },
  python(params) {
    const { length, size, step } = samplesOf(params);
    return `log_mel(x, rate=${params.rate}, length=${length}, size=${size}, step=${step}, bands=${params.bands})`;
  },
  typescript(params) {
    const { length, size, step } = samplesOf(params);
    return `logMel(${[params.rate, length, size, step, params.bands].join(', ')})`;
  },
} as const satisfies FeatureStep<Params, null, Extract<ColumnData, { type: 'audio' }>>;
