/** Where to look for better parameters of a definition, unless one is told: around what it says, by what each part is. */

import { isNetwork, type NetworkPipeline, type PipelineSpec } from '../definition/pipeline-spec.ts';
import { estimatorOf } from '../estimators/estimator-of.ts';
import type { BlockSpec } from '../model/model-spec.ts';
import type { Dimension } from '../schema/sweep.ts';
import type { Space } from './search-space.ts';

/** Merges and heads, before which the widths of blocks hang together. */
const BIND_WIDTHS: readonly BlockSpec['type'][] = [
  ...(['add', 'multiply', 'reshape', 'latent', 'attention'] as const),
  ...(['transformer-encoder', 'transformer-decoder'] as const),
];
/** What a block's parameter of this name is, whatever the block; the widths with the most that every block takes. */
const WIDTHS: Readonly<Record<string, number>> = { units: 1024, filters: 1024 };
const LEAST_WIDTH = 4;
const BATCHES = [16, 32, 64, 128, 256];

export function suggestSpace(spec: PipelineSpec): Space {
  if (isNetwork(spec)) return { ...trainingSpace(spec), ...modelSpace(spec) };
  const { space } = estimatorOf(spec.model);
  const own = Object.entries(space as Space).filter(([name]) => name in spec.model);
  return Object.fromEntries(own.map(([name, dimension]) => [`model.${name}`, dimension]));
}

function trainingSpace({ task, training }: NetworkPipeline): Space {
  const { learningRate } = training.optimizer;
  const space: Record<string, Dimension> = {
    'training.optimizer.learningRate': around(learningRate, 10, { least: 1e-6, most: 10 }),
    'training.batchSize': { type: 'choice', values: batchesAround(training.batchSize) },
  };
  if (training.optimizer.type === 'adamw')
    space['training.optimizer.weightDecay'] = { type: 'float', min: 1e-5, max: 0.1, log: true };
  else if (task !== 'image-generation')
    space['training.l2'] = { type: 'float', min: 1e-7, max: 1e-2, log: true };
  return space;
}

function modelSpace({ model }: NetworkPipeline): Space {
  const areFree = !model.some(({ type }) => BIND_WIDTHS.includes(type));
  const space: Record<string, Dimension> = {};
  for (const [place, block] of model.entries()) {
    if (block.frozen) continue;
    if (block.type === 'dropout') space[`model.${place}.rate`] = { type: 'float', min: 0, max: 0.6 };
    for (const [name, most] of Object.entries(WIDTHS)) {
      const width = (block as Readonly<Record<string, unknown>>)[name];
      if (!areFree || typeof width !== 'number') continue;
      space[`model.${place}.${name}`] = {
        ...{ type: 'int', log: true },
        min: Math.min(width, Math.max(LEAST_WIDTH, Math.round(width / 4))),
        max: Math.max(width, Math.min(most, 4 * width)),
      };
    }
  }
  return space;
}

function around(value: number, factor: number, { least, most }: { least: number; most: number }): Dimension {
  const [min, max] = [Math.max(least, value / factor), Math.min(most, value * factor)];
  return { type: 'float', min: Number(min.toPrecision(3)), max: Number(max.toPrecision(3)), log: true };
}

/** The usual ones that are at most four times as large or small, and its own. */
const batchesAround = (size: number): number[] =>
  [...new Set([size, ...BATCHES.filter((one) => one >= size / 4 && one <= size * 4)])].sort((a, b) => a - b);
