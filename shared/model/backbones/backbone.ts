/**
 * What a backbone is: a network that others have trained, made of blocks, as one entry of a model. Each is one file in this folder
 * and one line in `list.ts`.
 */
import type * as z from 'zod';
import type { WeightFile } from '../weight-file.ts';

/** A block with its parameters; its id names it within the backbone, and its tensors in the file of weights. */
export interface BackboneEntry {
  type: string;
  id: string;
  frozen: boolean;
  /** Ids of earlier entries; default: the entry before. */
  inputs?: readonly string[];
  [parameter: string]: unknown;
}

export interface Backbone<P extends { type: string } = { type: string }> {
  type: P['type'];
  /** One sentence for people. */
  summary: string;
  params: z.ZodType<P>;
  /** What its weights begin as; tensors are named `id/parameter`. */
  weights: WeightFile;
  /** Its blocks; the first takes what the backbone does, the last gives what it gives. */
  expand(params: P): BackboneEntry[];
}
