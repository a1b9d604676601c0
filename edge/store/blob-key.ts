/** Where in R2 a workspace's bytes lie. */
import type { Precision } from '../../shared/schema/precision.ts';

export const blobKey = (workspace: string, sha256: string): string => `${workspace}/sha256/${sha256}`;

/** Of a vector of the training that this run leads. */
export const averageKey = (workspace: string, lead: string, sha256: string): string =>
  `${workspace}/averages/${lead}/${sha256}`;

/** Of the plan of that artifact. */
export const planKey = (workspace: string, artifact: string, precision: Precision): string =>
  `${workspace}/plans/${artifact}${precision === 'float32' ? '' : `.${precision}`}`;
