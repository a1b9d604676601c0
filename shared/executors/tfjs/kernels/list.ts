/** The kernel of every operator but randomUniform, which the executor draws on the host. */
import type { Attributes } from '../../../graph/graph.ts';
import { classes } from './classes.ts';
import { elementwise } from './elementwise.ts';
import type { Kernel, Kernels } from './kernel.ts';
import { movement } from './movement.ts';
import { reductions } from './reductions.ts';
import { windows } from './windows.ts';

const kernels: Omit<Kernels, 'randomUniform'> = {
  ...elementwise,
  ...reductions,
  ...movement,
  ...classes,
  ...windows,
};

export const findKernel = (operator: string): Kernel<Attributes> | undefined =>
  Object.hasOwn(kernels, operator)
    ? (kernels as unknown as Record<string, Kernel<Attributes>>)[operator]
    : undefined;
