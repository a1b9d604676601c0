/** Rows, and definitions for them that train for a moment and for some seconds: for tests that steer and interrupt. */
import type { NetworkPipeline } from '../../shared/definition/pipeline-spec.ts';
import { SPEC } from './edge-scenario.ts';

/** `label` is "high" where a + b is above 20. */
export const ROWS = new TextEncoder().encode(
  `a,b,label\n${Array.from({ length: 1000 }, (_, i) => {
    const [a, b] = [i % 20, (i * 7) % 23];
    return `${a},${b},${a + b > 20 ? 'high' : 'low'}`;
  }).join('\n')}\n`,
);

export const SHORT: NetworkPipeline = {
  ...SPEC,
  training: { ...SPEC.training, epochs: 10, batchSize: 32 },
};

/** To be stopped or killed on its way: some seconds long, in 60,000 steps of one row. */
export const LONG: NetworkPipeline = {
  ...SPEC,
  model: [
    { type: 'dense', units: 128, activation: 'relu' },
    { type: 'dense', units: 128, activation: 'relu' },
  ],
  training: {
    ...SPEC.training,
    epochs: 100,
    batchSize: 1,
    optimizer: { type: 'adam', learningRate: 1e-4 },
  },
};
