/** The columns of the data that a training of a definition reads, each once. */
import { isSupervised } from '../schema/task.ts';
import type { PipelineSpec } from './pipeline-spec.ts';

export function usedColumns({ features, task, target, rankWithin }: PipelineSpec): string[] {
  const names = features.map(({ column }) => column);
  if (isSupervised(task)) names.push(target);
  if (rankWithin !== undefined) names.push(rankWithin);
  return [...new Set(names)];
}
