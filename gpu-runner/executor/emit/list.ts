/** The emitter of each primitive operator. */
import { classes } from './classes.ts';
import { elementwise } from './elementwise.ts';
import type { Emitter } from './emitter.ts';
import { matrices } from './matrices.ts';
import { movement } from './movement.ts';
import { random } from './random.ts';
import { windows } from './windows.ts';

/** By the operator's name. An emitter takes the attributes as its operator's type rule has checked them. */
export const emitters = new Map(
  Object.entries({ ...elementwise, ...matrices, ...windows, ...movement, ...classes, ...random }),
) as unknown as ReadonlyMap<string, Emitter>;
