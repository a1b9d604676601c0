/** The contestant `Optuna`: optuna_search.py, which decides, while our engine trains. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Parameters } from '../../../shared/schema/sweep.ts';
import type { Ladder } from '../../../shared/tune/schedulers/rungs.ts';
import { findPython } from '../../helpers/python.ts';
import { createTrace, type Trace } from './trace.ts';
import { type CurveOf, SPACE } from './trainings.ts';

const PACKAGES = { packages: ['optuna'], modules: ['optuna'] };

interface OptunaSearch {
  seed: number;
  pruner: (Ladder & { type: 'asha' | 'hyperband' }) | null;
  /** Of all trials together. */
  epochs: number;
}

export async function startOptuna() {
  const script = join(import.meta.dirname, 'optuna_search.py');
  const child = spawn(await findPython(PACKAGES), [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  async function say<T>(what: object): Promise<T> {
    child.stdin.write(`${JSON.stringify(what)}\n`);
    const { value, done } = await answers.next();
    if (done) throw new Error('Optuna ended; see above');
    return JSON.parse(value) as T;
  }
  return {
    async search({ seed, pruner, epochs }: OptunaSearch, curveOf: CurveOf): Promise<Trace> {
      const trace = createTrace();
      await say({ study: { seed, pruner, space: SPACE } });
      while (trace.epochs() < epochs) {
        const curve = await curveOf(await say<Parameters>({ ask: true }));
        if (!curve) {
          await say({ tell: null });
          continue;
        }
        await say({ tell: await watch(curve.slice(0, epochs - trace.epochs()), pruner !== null, trace) });
      }
      return trace;
    },
    close: () => child.stdin.end(),
  };

  /** What the trial ends with: its least loss, or `pruned`. */
  async function watch(
    curve: readonly number[],
    isPruned: boolean,
    trace: Trace,
  ): Promise<number | 'pruned'> {
    for (const [i, value] of curve.entries()) {
      trace.add(value);
      if (isPruned && (await say<boolean>({ report: { epoch: i + 1, value } }))) return 'pruned';
    }
    return Math.min(...curve);
  }
}
