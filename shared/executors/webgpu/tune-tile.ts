/**
 * Which tile suits a device: a large one reads less, a small one leaves room for more threads, and how registers are handed
 * out differs from one GPU to the next. So a matrix product is timed with each.
 */
import type { Graph } from '../../graph/graph.ts';
import { findOperator, traceGraph } from '../../graph/ops.ts';
import type { Program } from '../executor.ts';
import type { Tile } from './context.ts';

/** The first is taken unasked. */
export const TILES: readonly Tile[] = [
  [8, 8],
  [4, 8],
  [8, 4],
  [4, 4],
];

/** Multiply-adds of a run below which a tile's gain would not repay the trial. */
const WORTH_TUNING = 2 ** 24;
/** A trial lasts so long at least, milliseconds; a clock may be no finer than one. */
const TRIAL_MS = 8;
const MOST_RUNS = 1024;
/** A tile must be that much faster than one before it. */
const MARGIN = 0.95;

export const worthTuning = ({ nodes }: Graph): boolean =>
  nodes.reduce((sum, node) => {
    const inputs = node.inputs.map((id) => nodes[id]!);
    return sum + (findOperator(node.op)?.multiplyAdds?.(inputs, node.attributes, node) ?? 0);
  }, 0) >= WORTH_TUNING;

/** [256, 256] × [256, 256], summed so that little is to be read back. */
const trial = (): Graph =>
  traceGraph(({ ops, parameter }) => {
    const [a, b] = [parameter('a', [256, 256], 'ones'), parameter('b', [256, 256], 'ones')];
    return { sum: ops.slice(ops.matmul(a, b), { begin: [0, 0], size: [1, 1] }) };
  });

export async function tuneTile(compile: (graph: Graph, tile: Tile) => Promise<Program>): Promise<Tile> {
  const graph = trial();
  let best = TILES[0]!;
  let bestMs = Number.POSITIVE_INFINITY;
  let runs = 1;
  for (const tile of TILES) {
    const program = await compile(graph, tile);
    const timed = async () => {
      const start = performance.now();
      await program.steps(runs, {});
      return performance.now() - start;
    };
    await timed(); // the first run of a pipeline is slow
    let ms = await timed();
    for (; ms < TRIAL_MS && runs < MOST_RUNS; ms = await timed()) runs *= 2;
    ms = Math.min(ms, await timed());
    program.dispose();
    if (ms / runs < MARGIN * bestMs) [best, bestMs] = [tile, ms / runs];
  }
  return best;
}
