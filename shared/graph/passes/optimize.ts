/** The passes, in order, until none of them finds anything more to do. */
import type { Graph } from '../graph.ts';
import { shareCommonSubexpressions } from './common-subexpressions.ts';
import { removeDeadCode } from './dead-code.ts';
import { foldConstants } from './fold-constants.ts';
import { fuseElementwise } from './fuse.ts';
import { simplify } from './simplify.ts';
import { sinkUpdates } from './sink-updates.ts';

/** Each pass walks in order of execution, so one round does nearly all; later ones take up what that opened. */
const ROUNDS = 8;

/**
 * The same values from less work. `fuse` also joins elementwise nodes into one another and into the matrix product or convolution
 * before them, for executors that run fused bodies. NaN and infinities come out as they would have; the sign of a zero may not.
 */
export function optimize(graph: Graph, { fuse }: { fuse: boolean }): Graph {
  let current = removeDeadCode(graph);
  for (let round = 0; round < ROUNDS; round++) {
    const next = removeDeadCode(shareCommonSubexpressions(foldConstants(simplify(current))));
    if (next === current) break;
    current = next;
  }
  return sinkUpdates(fuse ? fuseElementwise(current) : current);
}
