/** A program in two parts: a preparation that runs whenever parameters were written, and the main one that it serves. */
import type { Graph, TensorData, TensorValue } from '../../graph/graph.ts';
import { checkedValue, parameterOf } from '../check-values.ts';
import type { Values } from '../executor.ts';
import type { HoistedGraph } from './prepare/hoist.ts';
import type { Rounding } from './quantise/rounding.ts';
import { createProgram, type WasmProgram } from './wasm-program.ts';

/** `graph`: as the caller knows it, with all its parameters. `roundings`: by node of `main`. */
export async function createPreparedProgram(
  module: WebAssembly.Module,
  graph: Graph,
  { preparation, main }: HoistedGraph,
  values: Values,
  roundings?: ReadonlyMap<number, Rounding>,
): Promise<WasmProgram> {
  const mainProgram = createProgram(module, main, values, roundings);
  if (!preparation) return mainProgram;
  const first = createProgram(module, preparation, values);
  const inMain = new Set(main.parameters.map(({ name }) => name));
  const inFirst = new Set(preparation.parameters.map(({ name }) => name));
  const only = <T>(given: Iterable<readonly [string, T]>, names: ReadonlySet<string>) =>
    new Map([...given].filter(([name]) => names.has(name)));
  const prepare = async (given: Values) => {
    const prepared = Object.entries(await first.run({}));
    await mainProgram.write(new Map<string, TensorValue<TensorData>>([...only(given, inMain), ...prepared]));
  };
  await prepare(new Map());
  return {
    ...mainProgram,
    async write(given) {
      for (const [name, value] of given) {
        checkedValue('parameter', name, value, parameterOf(graph, name));
      }
      await first.write(only(given, inFirst));
      await prepare(given);
    },
    async read(names) {
      for (const name of names) parameterOf(graph, name);
      const fromMain = await mainProgram.read(names.filter((name) => inMain.has(name)));
      const rest = await first.read(names.filter((name) => !inMain.has(name)));
      return new Map([...fromMain, ...rest]);
    },
    dispose() {
      first.dispose();
      mainProgram.dispose();
    },
  };
}
