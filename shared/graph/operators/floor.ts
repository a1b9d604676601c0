import { type Unary, unaryOperator } from '../elementwise.ts';

export const floor: Unary = unaryOperator('floor', (x) => Math.floor(x), null);
