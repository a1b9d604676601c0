/** What a training holds in memory, planned before it starts, and whether the device has as much. */
import { AppError } from '../errors.ts';
import type { Candidate } from '../executors/choose/candidate.ts';
import type { Graph } from '../graph/graph.ts';
import { planMemory } from '../graph/memory-plan.ts';
import { optimize } from '../graph/passes/optimize.ts';
import type { Rows } from './prepare-rows.ts';

/** Bytes that a run of the graph takes on a device, its parameters (weights, slots, rows) included. */
export function graphBytes(graph: Graph): number {
  const { sizes } = planMemory(optimize(graph, { fuse: true }));
  return 4 * Object.values(sizes).reduce((sum, size) => sum + size, 0);
}

/** Bytes of rows as the pipeline made them. */
export const rowBytes = (parts: readonly Rows[]): number =>
  parts.reduce(
    (sum, { features, target }) => sum + features.data.byteLength + (target?.data.byteLength ?? 0),
    0,
  );

/**
 * The candidates that may have as many `bytes` for the graph of a step. Throws AppError `too_large`, naming what is needed, what there is,
 * and what to do, where none has.
 */
export function withMemoryFor(
  candidates: readonly Candidate[],
  bytes: number,
  { batch, rows }: { batch: number; rows: number },
): Candidate[] {
  const able = candidates.filter(({ memoryBytes = Number.POSITIVE_INFINITY }) => bytes <= memoryBytes);
  if (able.length > 0 || candidates.length === 0) return able;
  const limits = candidates
    .map(({ name, memoryBytes }) => `${name} has ${megabytes(memoryBytes!)}`)
    .join(', ');
  throw new AppError(
    'too_large',
    `A step of this training needs about ${megabytes(bytes)} of memory, ${megabytes(rows)} of it for rows, and ${limits} at most. Make training.batchSize smaller (it is ${batch}), or the model, or train where there is more memory`,
    { details: { bytes, limits: Object.fromEntries(candidates.map((one) => [one.name, one.memoryBytes])) } },
  );
}

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6).toLocaleString('en')} MB`;
