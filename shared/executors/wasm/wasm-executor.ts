/**
 * Runs graphs on our own WebAssembly kernels (128-bit SIMD, one thread): in workerd, where they serve endpoints, and in
 * tabs and Node, where they also train small models. `module`: dist/kernels.wasm, built by scripts/build-wasm.mjs,
 * or dist/kernels-simd128.wasm where there is no relaxed SIMD.
 */

import type { Graph } from '../../graph/graph.ts';
import { optimize } from '../../graph/passes/optimize.ts';
import { operatorsOf } from '../check-values.ts';
import type { Executor, Values } from '../executor.ts';
import { foldAffine } from './prepare/fold-affine.ts';
import { hoist } from './prepare/hoist.ts';
import { createPreparedProgram } from './prepared-program.ts';
import type { WasmProgram } from './wasm-program.ts';

export interface WasmExecutor extends Executor {
  compile(graph: Graph, parameters: Values): Promise<WasmProgram>;
}

export function createWasmExecutor(module: WebAssembly.Module): WasmExecutor {
  return {
    name: 'wasm',
    async compile(graph, parameters) {
      operatorsOf(graph); // refuses by name what this version does not know
      const { preparation, main } = hoist(foldAffine(optimize(graph, { fuse: false })));
      const parts = {
        preparation: preparation && optimize(preparation, { fuse: true }),
        main: optimize(main, { fuse: true }),
      };
      return createPreparedProgram(module, graph, parts, parameters);
    },
  };
}
