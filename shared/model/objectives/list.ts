/** The objective of each task; the usual one unless it has its own. */
import type { OutputSpec } from '../../schema/prediction.ts';
import { rowLosses } from '../losses/list.ts';
import { imageGeneration } from './image-generation.ts';
import type { Objective } from './objective.ts';

const usual: Objective = {
  losses: ({ ops, x, target, model, loss }) => rowLosses(ops, model(x), target(), loss),
};

const own: Partial<Record<OutputSpec['task'], Objective>> = { 'image-generation': imageGeneration };

export const objectiveOf = (task: OutputSpec['task']): Objective => own[task] ?? usual;
