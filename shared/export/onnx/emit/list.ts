/** The emitter of each primitive operator that a prediction may need; those of training alone have none. */
import { elementwise } from './elementwise.ts';
import type { Emitter } from './emitter.ts';
import { matrices } from './matrices.ts';
import { movement } from './movement.ts';
import { windows } from './windows.ts';

/** By the operator's name. */
export const emitters = new Map(
  Object.entries({ ...elementwise, ...matrices, ...windows, ...movement }),
) as unknown as ReadonlyMap<string, Emitter>;
