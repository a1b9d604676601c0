/** Files of weights that models begin with. */
import * as z from 'zod';
import { Sha256 } from './id.ts';

/** What a backbone begins with. */
export const PretrainedWeights = z.object({
  /** The block that it belongs to. */
  backbone: z.string(),
  title: z.string(),
  sha256: Sha256,
  bytes: z.int(),
  licence: z.string(),
  /** Where the model is published that it is made from. */
  url: z.string(),
  /** Whether this server has it. */
  available: z.boolean(),
});
export type PretrainedWeights = z.infer<typeof PretrainedWeights>;
