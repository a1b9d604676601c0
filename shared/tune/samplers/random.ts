/** Random search (Bergstra and Bengio 2012). */
import * as z from 'zod';
import { createRandom } from '../../graph/random.ts';
import { sampleParameters } from '../search-space.ts';
import { Seed } from '../seed.ts';
import type { Sampler } from './sampler.ts';

const Random = z.strictObject({ type: z.literal('random'), seed: Seed });

const STREAM = 0x5a3b;

export const random = {
  type: 'random',
  summary: 'Each parameter is drawn anew for each trial.',
  params: Random,
  suggest: ({ seed }, { space, trials }) =>
    sampleParameters(space, createRandom(seed, STREAM, trials.length)),
} satisfies Sampler<z.infer<typeof Random>>;
