/** The first file of an artifact: what it is, what it was made from, and the sha256 of every other file. */
import * as z from 'zod';
import { Sha256 } from '../schema/id.ts';
import { Calibration } from '../schema/precision.ts';
import { InputField, OutputSpec } from '../schema/prediction.ts';
import { Task } from '../schema/task.ts';

/** Written into every artifact; the same as in package.json (a test sees to that). */
export const TRAINYARD_VERSION = '0.1.0';

export const ENTRY_NAMES = ['pipeline.json', 'model.json', 'weights.bin', 'metrics.json'] as const;

export const Manifest = z.strictObject({
  formatVersion: z.literal(1),
  task: Task,
  seed: z.int().min(0),
  datasetSha256: Sha256,
  /** `hashSpec` of the pipeline. */
  specHash: Sha256,
  createdBy: z.strictObject({ trainyard: z.string(), executor: z.string(), device: z.string() }),
  inputs: z.array(InputField),
  output: OutputSpec,
  /** Of networks that can be served in whole numbers. */
  calibration: Calibration.optional(),
  files: z.strictObject({
    'pipeline.json': Sha256,
    'model.json': Sha256,
    'weights.bin': Sha256,
    'metrics.json': Sha256,
  }),
});
export type Manifest = z.infer<typeof Manifest>;
