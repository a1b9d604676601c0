/** −ln of the probability given to the true class; with smoothing a share of the target goes to all classes alike (Szegedy et al. 2016). */
import * as z from 'zod';
import type { Loss } from './loss.ts';

const CrossEntropy = z.strictObject({
  type: z.literal('cross-entropy'),
  /** Share of the target that is spread over all classes evenly. */
  labelSmoothing: z.number().min(0).lt(1).default(0),
});
type CrossEntropy = z.infer<typeof CrossEntropy>;

export const crossEntropy = {
  type: 'cross-entropy',
  summary: 'Punishes low probability of the true class; smoothing keeps the model from being too sure.',
  task: 'classification',
  params: CrossEntropy,
  rows(ops, logits, target, { labelSmoothing }) {
    const hard = ops.softmaxCrossEntropy(logits, target);
    if (labelSmoothing === 0) return hard;
    // ln Σ eˣ − (1 − ε)·x[true] − ε·mean x, the first two terms for ε = 0 being `hard`
    const classes = logits.shape[1]!;
    const own = ops.sum(ops.multiply(ops.oneHot(target, { depth: classes }), logits), { axes: [1] });
    const above = ops.subtract(own, ops.mean(logits, { axes: [1] }));
    return ops.add(hard, ops.multiply(above, ops.constant(labelSmoothing)));
  },
} satisfies Loss<CrossEntropy>;
