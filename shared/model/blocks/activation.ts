/** An activation on its own. */
import { z } from 'zod';
import { Activation, activate, kerasActivation } from '../activations.ts';
import type { Block } from '../block.ts';

const ActivationBlock = z.strictObject({ type: z.literal('activation'), activation: Activation });
type ActivationBlock = z.infer<typeof ActivationBlock>;

export const activation = {
  type: 'activation',
  summary: 'Applies an activation function to each value.',
  params: ActivationBlock,
  forward: (ops, [x], params) => activate(ops, x, params.activation),
  layer: (params) => ({
    className: 'Activation',
    config: { activation: kerasActivation(params.activation) },
  }),
} satisfies Block<ActivationBlock>;
