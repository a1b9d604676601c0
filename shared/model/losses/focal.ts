/** Focal loss (Lin et al. 2017): cross-entropy that counts less for rows already told well. */
import * as z from 'zod';
import type { Loss } from './loss.ts';

const Focal = z.strictObject({
  type: z.literal('focal'),
  /** 0 is cross-entropy; the larger, the less easy rows count. */
  gamma: z.number().min(0).max(10).default(2),
});
type Focal = z.infer<typeof Focal>;

/** Keeps the slope of a power below 1 finite where a row is told with certainty. */
const LEAST = 1e-7;

export const focal = {
  type: 'focal',
  summary: 'Cross-entropy that looks at hard rows more than at easy ones; for rare classes.',
  task: 'classification',
  params: Focal,
  rows(ops, logits, target, { gamma }) {
    const losses = ops.softmaxCrossEntropy(logits, target);
    if (gamma === 0) return losses;
    const missing = ops.subtract(ops.constant(1), ops.exp(ops.negate(losses))); // 1 − p(true class)
    const weight = ops.power(ops.maximum(missing, ops.constant(LEAST)), ops.constant(gamma));
    return ops.multiply(weight, losses);
  },
} satisfies Loss<Focal>;
