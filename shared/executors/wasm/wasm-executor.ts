/**
 * Runs graphs on our own WebAssembly kernels (128-bit SIMD, one thread): in workerd, where they serve endpoints, and in
 * tabs and Node, where they also train small models. `module`: dist/kernels.wasm, built by scripts/build-wasm.mjs,
 * or dist/kernels-simd128.wasm where there is no relaxed SIMD.
 */

import type { Graph } from '../../graph/graph.ts';
import { optimize } from '../../graph/passes/optimize.ts';
import { operatorsOf } from '../check-values.ts';
import type { Executor, Values } from '../executor.ts';
import type { Quantisation } from '../quantisation.ts';
import { foldAffine } from './prepare/fold-affine.ts';
import { type HoistedGraph, hoist } from './prepare/hoist.ts';
import { createPreparedProgram } from './prepared-program.ts';
import { createRangeFinder, watchProducts } from './quantise/find-ranges.ts';
import { type Rounding, roundingFor } from './quantise/rounding.ts';
import { quantisable } from './quantise/weight-names.ts';
import type { WasmProgram } from './wasm-program.ts';

export interface WasmExecutor extends Executor {
  compile(graph: Graph, parameters: Values, quantisation?: Quantisation): Promise<WasmProgram>;
}

export function createWasmExecutor(module: WebAssembly.Module): WasmExecutor {
  return {
    name: 'wasm',
    async compile(graph, parameters, quantisation) {
      const parts = prepare(graph);
      const roundings = quantisation && roundingsOf(parts, quantisation);
      return createPreparedProgram(module, graph, parts, parameters, roundings);
    },
    async findRanges(graph, parameters) {
      const parts = prepare(graph);
      const products = quantisable(parts);
      if (products.size === 0) return null;
      const program = await createPreparedProgram(module, graph, watchProducts(parts, products), parameters);
      return createRangeFinder(program, parts.main, products);
    },
  };
}

function prepare(graph: Graph): HoistedGraph {
  operatorsOf(graph); // refuses by name what this version does not know
  const { preparation, main } = hoist(foldAffine(optimize(graph, { fuse: false })));
  return {
    preparation: preparation && optimize(preparation, { fuse: true }),
    main: optimize(main, { fuse: true }),
  };
}

function roundingsOf(parts: HoistedGraph, { numbers, ranges }: Quantisation): ReadonlyMap<number, Rounding> {
  const roundings = new Map<number, Rounding>();
  for (const [node, name] of quantisable(parts)) {
    const range = ranges[name];
    if (range) roundings.set(node, roundingFor(numbers, range));
  }
  return roundings;
}
