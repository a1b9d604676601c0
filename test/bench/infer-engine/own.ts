/** Our plan in the `wasm` executor, called as the edge calls it: the row into its memory, one call, the logits out. */
import type { Quantisation, WholeNumbers } from '../../../shared/executors/quantisation.ts';
import { startWasm } from '../../helpers/wasm-candidate.ts';
import { exampleRows } from '../models/example-rows.ts';
import { traceForward } from '../models/trace.ts';
import type { Contestant, StartContestant, Task } from './contestant.ts';

/** Rows that ranges are found on. */
const CALIBRATION = 32;

export const startOwn: StartContestant = (task) => start(task);

/** The same in whole numbers. */
export function startQuantised(numbers: WholeNumbers): StartContestant {
  return async (task) => {
    const { model, weights, x } = task;
    const executor = await startWasm();
    const finder = await executor.findRanges!(traceForward(model, 1), weights);
    if (!finder) throw new Error('no product is worth computing in whole numbers');
    const rows = exampleRows(model, CALIBRATION, 4).x;
    for (let row = 0; row < CALIBRATION; row++) {
      finder.view('x').set(rows.subarray(row * x.length, (row + 1) * x.length));
      finder.look();
    }
    return start(task, { numbers, ranges: finder.ranges() });
  };
}

async function start({ model, weights, x }: Task, quantisation?: Quantisation): Promise<Contestant> {
  const executor = await startWasm();
  const program = await executor.compile(traceForward(model, 1), weights, quantisation);
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
}
