/** An activation on its own. */
import * as z from 'zod';
import { Activation, activate, activationFromKeras, kerasActivation } from '../activations.ts';
import type { Block } from '../block.ts';
import { requireConfig } from '../keras-config.ts';

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
  fromKeras: {
    Activation: ({ activation }) => ({ activation: activationFromKeras(activation) }),
    Softmax: (config) => {
      requireConfig(config, { axis: -1 });
      return { activation: 'softmax' };
    },
    ReLU(config) {
      requireConfig(config, { negative_slope: 0, threshold: 0 });
      const { max_value } = config;
      if (max_value !== undefined && max_value !== null) requireConfig(config, { max_value: 6 });
      return { activation: max_value === 6 ? 'relu6' : 'relu' };
    },
  },
} satisfies Block<ActivationBlock>;
