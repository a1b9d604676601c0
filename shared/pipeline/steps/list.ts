/** Every feature step. A new one is its file and a line here. */
import { bin } from './bin.ts';
import { clip } from './clip.ts';
import { date } from './date.ts';
import { differences } from './differences.ts';
import { frequency } from './frequency.ts';
import { hash } from './hash.ts';
import { image } from './image.ts';
import { impute } from './impute.ts';
import { lags } from './lags.ts';
import { log } from './log.ts';
import { mfcc } from './mfcc.ts';
import { minmax } from './minmax.ts';
import { missing } from './missing.ts';
import { onehot } from './onehot.ts';
import { ordinal } from './ordinal.ts';
import { pieces } from './pieces.ts';
import { quantile } from './quantile.ts';
import { robust } from './robust.ts';
import { spectrogram } from './spectrogram.ts';
import { standardise } from './standardise.ts';
import { subwords } from './subwords.ts';
import { target } from './target.ts';
import { tfidf } from './tfidf.ts';
import { tokens } from './tokens.ts';
import { windows } from './windows.ts';

export const STEPS = [
  ...([impute, missing, clip, log, standardise, minmax, robust, quantile, bin] as const),
  ...([onehot, ordinal, frequency, target, hash, date] as const),
  ...([lags, windows, differences] as const),
  ...([image, spectrogram, mfcc, tfidf, tokens, subwords, pieces] as const),
] as const;
