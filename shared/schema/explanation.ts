/** Why a model answered as it did: what each input field added to the answer, and which words or parts of a picture did. */
import * as z from 'zod';

/** Instances in one request that can be explained, and predictions that all their explanations may take together. */
export const EXPLAINED_MOST = 16;
export const EVALUATIONS_MOST = 4096;

export const ExplainOptions = z.strictObject({
  /** The class whose probability is explained; default: the one that is answered. */
  class: z.string().optional(),
  /** What an instance is compared with; fields that are left out: what is typical of the training rows. */
  baseline: z.record(z.string(), z.unknown()).optional(),
  /** Of the orders that are drawn where there are too many fields to try all. */
  seed: z.int().min(0).default(1),
});
export type ExplainOptions = z.infer<typeof ExplainOptions>;

export const WordEffect = z.object({
  text: z.string(),
  /** Places in the text, UTF-16 code units. */
  start: z.int(),
  end: z.int(),
  /** The answer less the answer without these words. */
  effect: z.number(),
});
export type WordEffect = z.infer<typeof WordEffect>;

export const Explanation = z.object({
  /** Whose probability it is of; absent: of the value. */
  class: z.string().optional(),
  /** What is answered for the baseline, and for the instance. */
  base: z.number(),
  value: z.number(),
  /** Shapley values of the input fields, in the unit of the answer; they add up to `value` − `base`. */
  features: z.record(z.string(), z.number()),
  /** All sets of fields were tried, or some orders of them. */
  method: z.enum(['exact', 'sampled']),
  /** Of fields that are texts. */
  words: z.record(z.string(), z.array(WordEffect)).optional(),
  /** Of fields that are pictures, [row][column]: the answer less the answer with that part of the picture hidden. */
  parts: z.record(z.string(), z.array(z.array(z.number()))).optional(),
});
export type Explanation = z.infer<typeof Explanation>;
