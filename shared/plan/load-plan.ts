/** A plan, ready to answer. */
import { estimatorOf } from '../estimators/estimator-spec.ts';
import { loadImage } from '../executors/wasm/program-image.ts';
import { sizeOf } from '../pipeline/apply-pipeline.ts';
import { compileRows } from '../pipeline/compile-rows.ts';
import type { Prediction } from '../schema/prediction.ts';
import type { Plan, PlannedModel } from './plan.ts';
import { tellerOf } from './tellers.ts';

export interface LoadedPlan {
  /** One prediction for each instance; null where an instance is one that only `parseInstances` can read, or refuse with words. */
  predict(instances: readonly unknown[]): Prediction[] | null;
  /** Bytes that it holds in memory, about. */
  readonly memory: number;
}

/** `kernels`: those that the plan was made with. */
export function loadPlan({ fitted, model }: Plan, kernels: WebAssembly.Module): LoadedPlan {
  const width = sizeOf(fitted.outputShape);
  const writeRow = compileRows(fitted)!;
  const teller = tellerOf(fitted.output.task)!;
  const { run, memory } =
    model.kind === 'network' ? networkOf(model, kernels, width) : estimatorModelOf(model, width);
  return {
    memory,
    predict(instances) {
      const x = new Float32Array(instances.length * width);
      for (let row = 0; row < instances.length; row++) {
        const instance = instances[row];
        if (typeof instance !== 'object' || instance === null) return null;
        if (!writeRow(instance as Record<string, unknown>, x, row * width)) return null;
      }
      return teller.predictions(run(x), fitted, NO_SOURCE);
    },
  };
}

/** Tellers need none. */
const NO_SOURCE = { table: { rows: 0, columns: new Map() }, rows: new Uint32Array(), places: [] };

interface Runs {
  /** Rows of features to rows of what the model gives. */
  run(x: Float32Array): Float32Array;
  memory: number;
}

/** Row by row: in batches the kernels gain next to nothing, and each size would hold weights of its own. */
function networkOf(
  { image }: Extract<PlannedModel, { kind: 'network' }>,
  kernels: WebAssembly.Module,
  width: number,
): Runs {
  const program = loadImage(kernels, image);
  const [input, output] = [program.view('x'), program.view('y')];
  return {
    memory: program.memory,
    run(x) {
      const rows = x.length / width;
      const y = new Float32Array(rows * output.length);
      for (let row = 0; row < rows; row++) {
        input.set(x.subarray(row * width, (row + 1) * width));
        program.execute();
        y.set(output, row * output.length);
      }
      return y;
    },
  };
}

function estimatorModelOf(
  { spec, shape, parameters }: Extract<PlannedModel, { kind: 'estimator' }>,
  width: number,
): Runs {
  const predict = estimatorOf(spec).load(parameters, spec, shape);
  const numbers = [...parameters.values()].reduce((sum, { data }) => sum + data.length, 0);
  return { memory: 8 * numbers, run: (x) => predict(x, x.length / width) };
}
