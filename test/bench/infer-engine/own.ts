/** Our plan in the `wasm` executor, called as the edge calls it: the row into its memory, one call, the logits out. */
import { readFile } from 'node:fs/promises';
import { createWasmExecutor } from '../../../shared/executors/wasm/wasm-executor.ts';
import { traceForward } from '../models/trace.ts';
import type { StartContestant } from './contestant.ts';

const KERNELS = new URL('../../../shared/executors/wasm/dist/kernels.wasm', import.meta.url);

export const startOwn: StartContestant = async ({ model, weights, x }) => {
  const executor = createWasmExecutor(await WebAssembly.compile(await readFile(KERNELS)));
  const program = await executor.compile(traceForward(model, 1), weights);
  const [input, output] = [program.view('x'), program.view('y')];
  const logits = new Float32Array(model.classes);
  const once = (): Float32Array => {
    input.set(x);
    program.execute();
    logits.set(output);
    return logits;
  };
  return {
    infer: async () => once().slice(),
    async repeat(count) {
      let sum = 0;
      for (let i = 0; i < count; i++) sum += once()[0]!;
      return sum;
    },
    close: async () => program.dispose(),
  };
};
