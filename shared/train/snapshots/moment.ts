/** A training as it stands: what the makers of a snapshot's parts look at. */
import type { NetworkModel } from '../../artifact/network-model.ts';
import type { PipelineSpec } from '../../definition/pipeline-spec.ts';
import type { Outcome } from '../../evaluate/metric.ts';
import type { ParameterValues } from '../../executors/executor.ts';
import type { ModelSpec } from '../../model/model-spec.ts';
import type { ModelShape } from '../../model/trace-model.ts';
import type { FittedPipeline } from '../../pipeline/fitted-pipeline.ts';
import type { SnapshotParts } from '../../schema/snapshot.ts';
import type { Rows } from '../prepare-rows.ts';
import type { PathPoint } from './linear-model.ts';

export interface Scope {
  spec: PipelineSpec;
  fitted: FittedPipeline;
  train: Rows;
  validation: Rows;
  /** What the model gives for rows as the pipeline makes them, piece by piece, row-major; null where they do not go into it as they are. */
  evaluate: ((rows: Pick<Rows, 'count' | 'features' | 'target'>) => AsyncIterable<Float32Array>) | null;
  /** A network of some of the parameters, to be disposed of; absent: the model is none. */
  network?: (model: ModelSpec, shape: ModelShape, parameters: ParameterValues) => Promise<NetworkModel>;
}

export interface Moment extends Scope {
  /** Of the validation rows; no outcome where there are no answers. */
  y: Float32Array;
  outcome: Outcome | null;
  parameters: () => ParameterValues;
  /** Where the weights of a linear model were on the way, now included. */
  path: readonly PathPoint[];
}

/** Makes one part of a snapshot; undefined: this model has no such thing. */
export interface SnapshotMaker<K extends keyof SnapshotParts = keyof SnapshotParts> {
  part: K;
  make(moment: Moment): SnapshotParts[K] | Promise<SnapshotParts[K]>;
}

/** Five significant digits: enough to be drawn. */
export const short = (value: number): number => Number(value.toPrecision(5));

/** `count` of the places 0 … of, evenly spread and always the same. */
export const spread = (of: number, count: number): Uint32Array =>
  Uint32Array.from({ length: Math.min(of, count) }, (_, i) => Math.floor((i * of) / Math.min(of, count)));

/** These rows of row-major values. */
export function takeFloats(
  values: Float32Array,
  rows: ArrayLike<number>,
  count: number,
): Float32Array<ArrayBuffer> {
  const width = values.length / count;
  const taken = new Float32Array(rows.length * width);
  for (let i = 0; i < rows.length; i++)
    taken.set(values.subarray(rows[i]! * width, (rows[i]! + 1) * width), i * width);
  return taken;
}

/** Short enough for a snapshot. */
export const label = (text: string): string => (text.length > 80 ? `${text.slice(0, 79)}…` : text);
