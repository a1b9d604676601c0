/** What a step is called where it says nothing. */
import type { GraphStep } from '../schema/inference-graph.ts';

export const nameOf = ({ name, model, node }: Pick<GraphStep, 'name' | 'model' | 'node'>): string =>
  name ?? model ?? node ?? '';
