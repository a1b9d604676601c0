/** Model, ModelVersion (one artifact, from one run) and aliases such as `champion`. */
import * as z from 'zod';
import { idOf, Name, Sha256, Timestamp } from './id.ts';
import { RunMetrics } from './metric.ts';
import { PrecisionMetrics } from './precision.ts';
import { InputField, OutputSpec } from './prediction.ts';

export const ModelVersion = z.object({
  id: idOf('modelVersion'),
  model: idOf('model'),
  name: Name,
  version: z.int(),
  run: idOf('run'),
  artifact: Sha256,
  /** Bytes. */
  size: z.int(),
  metrics: RunMetrics,
  inputs: z.array(InputField),
  output: OutputSpec,
  /** What it loses in whole numbers; null where it cannot be served in them. */
  precisions: PrecisionMetrics.nullable(),
  createdAt: Timestamp,
});
export type ModelVersion = z.infer<typeof ModelVersion>;

/** What a model takes and gives, and what it is called. */
export type ModelFace = Pick<ModelVersion, 'name' | 'version' | 'inputs' | 'output'>;

export const Model = z.object({
  id: idOf('model'),
  project: idOf('project'),
  name: Name,
  createdAt: Timestamp,
  aliases: z.record(Name, z.int()),
  latest: ModelVersion,
});
export type Model = z.infer<typeof Model>;
