import { type Binary, binaryOperator } from '../elementwise.ts';

/** 1 where a = b, else 0. */
export const equal: Binary = binaryOperator('equal', (a, b) => (a === b ? 1 : 0), null);
