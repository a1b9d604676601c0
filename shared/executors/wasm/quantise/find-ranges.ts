/** What the left-hand sides of a graph's products lie between, seen while rows go through it. */
import type { Graph } from '../../../graph/graph.ts';
import type { RangeFinder } from '../../quantisation.ts';
import type { HoistedGraph } from '../prepare/hoist.ts';
import type { WasmProgram } from '../wasm-program.ts';

const watched = (node: number): string => `watched/${node}`;

/** The same graph with what `products` (see `quantisable`) take as further outputs. */
export function watchProducts(
  { preparation, main }: HoistedGraph,
  products: ReadonlyMap<number, string>,
): HoistedGraph {
  const seen = new Set(inputsOf(main, products));
  const outputs = [...main.outputs, ...[...seen].map((node) => ({ name: watched(node), node }))];
  return { preparation, main: { ...main, outputs } };
}

/** `program`: of what `watchProducts` gave. */
export function createRangeFinder(
  program: WasmProgram,
  main: Graph,
  products: ReadonlyMap<number, string>,
): RangeFinder {
  const found = new Map<number, [low: number, high: number]>();
  return {
    view: program.view,
    look() {
      program.execute();
      for (const node of new Set(inputsOf(main, products))) {
        let [low, high] = found.get(node) ?? [0, 0];
        for (const value of program.view(watched(node))) {
          if (value < low) low = value;
          else if (value > high) high = value;
        }
        found.set(node, [low, high]);
      }
    },
    ranges() {
      const all: Record<string, [low: number, high: number]> = {};
      for (const [node, name] of products) {
        const [low, high] = found.get(main.nodes[node]!.inputs[0]!) ?? [0, 0];
        const known = all[name];
        all[name] = known ? [Math.min(known[0], low), Math.max(known[1], high)] : [low, high];
      }
      return all;
    },
    dispose: () => program.dispose(),
  };
}

const inputsOf = ({ nodes }: Graph, products: ReadonlyMap<number, string>): number[] =>
  [...products.keys()].map((id) => nodes[id]!.inputs[0]!);
