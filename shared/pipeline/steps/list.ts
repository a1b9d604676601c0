/** Every feature step. A new one is its file and a line here. */
import { image } from './image.ts';
import { impute } from './impute.ts';
import { minmax } from './minmax.ts';
import { onehot } from './onehot.ts';
import { standardise } from './standardise.ts';
import { tfidf } from './tfidf.ts';
import { tokens } from './tokens.ts';

export const STEPS = [impute, standardise, minmax, onehot, image, tfidf, tokens] as const;
