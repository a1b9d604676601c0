/** Every sampler, and what a sweep says of the one it uses. */
import * as z from 'zod';
import { grid } from './grid.ts';
import { random } from './random.ts';
import type { Sampler } from './sampler.ts';
import { tpe } from './tpe.ts';

export const samplers = [tpe, random, grid] as const;

type ParamsOf<T extends readonly Pick<Sampler, 'params'>[]> = { -readonly [K in keyof T]: T[K]['params'] };

export const SamplerSpec = z.discriminatedUnion(
  'type',
  samplers.map(({ params }) => params) as unknown as ParamsOf<typeof samplers>,
);
export type SamplerSpec = z.infer<typeof SamplerSpec>;

const byType = new Map<string, Sampler<SamplerSpec>>(
  samplers.map((sampler) => [sampler.type, sampler as unknown as Sampler<SamplerSpec>]),
);

export const samplerOf = ({ type }: SamplerSpec): Sampler<SamplerSpec> => byType.get(type)!;
