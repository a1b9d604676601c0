import { type Unary, unaryOperator } from '../elementwise.ts';

export const sign: Unary = unaryOperator('sign', (x) => Math.sign(x), null);
