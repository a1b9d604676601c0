/** Every model block. */
import { activation } from './activation.ts';
import { conv2d } from './conv2d.ts';
import { dense } from './dense.ts';
import { dropout } from './dropout.ts';
import { flatten } from './flatten.ts';
import { maxPooling2d } from './max-pooling2d.ts';

export const blocks = [dense, conv2d, maxPooling2d, flatten, dropout, activation] as const;
