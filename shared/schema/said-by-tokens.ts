/** Tasks whose answers are said token by token. */
import type { OutputSpec } from './prediction.ts';

export const SAID_BY_TOKENS: readonly OutputSpec['task'][] = ['translation'];
