/** Every operator's cases; the type demands some for each one. */
import { classes } from './classes.ts';
import { elementwise } from './elementwise.ts';
import { movement } from './movement.ts';
import type { OperatorCase, OperatorName } from './operator-case.ts';
import { reductions } from './reductions.ts';
import { windows } from './windows.ts';

export const operatorCases: Readonly<Record<OperatorName, readonly OperatorCase[]>> = {
  ...elementwise,
  ...reductions,
  ...windows,
  ...movement,
  ...classes,
};
