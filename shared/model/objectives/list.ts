/** The objective of each task; the usual one unless it has its own. */
import type { OutputSpec } from '../../schema/prediction.ts';
import { rowLosses } from '../losses/list.ts';
import { imageGeneration } from './image-generation.ts';
import { nextToken } from './next-token.ts';
import type { Objective } from './objective.ts';

const usual: Objective = {
  losses: ({ ops, x, target, group, model, loss }) => rowLosses(ops, model(x), target(), loss, group),
};

const own: Partial<Record<OutputSpec['task'], Objective>> = {
  translation: nextToken,
  'image-generation': imageGeneration,
};

export const objectiveOf = (task: OutputSpec['task']): Objective => own[task] ?? usual;
