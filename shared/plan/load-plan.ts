/** A plan, ready to answer. */
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
export async function loadPlan({ fitted, model }: Plan, kernels: WebAssembly.Module): Promise<LoadedPlan> {
  const width = sizeOf(fitted.outputShape);
  const writeRow = compileRows(fitted)!;
  const teller = tellerOf(fitted.output.task)!;
  const write: WriteInstance = (instance, to, at) =>
    typeof instance === 'object' &&
    instance !== null &&
    writeRow(instance as Record<string, unknown>, to, at);
  const { run, memory } =
    model.kind === 'network' ? networkOf(model, kernels, write) : await estimatorModelOf(model, write, width);
  return {
    memory,
    predict(instances) {
      const y = run(instances);
      return y && teller.predictions(y, fitted, NO_SOURCE);
    },
  };
}

/** Features of an instance, where zeros stand; false where they cannot be told here. */
type WriteInstance = (instance: unknown, to: Float32Array, at: number) => boolean;

/** Tellers need none. */
const NO_SOURCE = { table: { rows: 0, columns: new Map() }, rows: new Uint32Array(), places: [] };

interface Runs {
  /** Instances to rows of what the model gives; null where one cannot be told here. */
  run(instances: readonly unknown[]): Float32Array | null;
  memory: number;
}

/** Row by row, features straight into the kernels' memory: in batches they gain next to nothing, and each size would hold weights of its own. */
function networkOf(
  { image }: Extract<PlannedModel, { kind: 'network' }>,
  kernels: WebAssembly.Module,
  write: WriteInstance,
): Runs {
  const program = loadImage(kernels, image);
  const [input, output] = [program.view('x') as Float32Array, program.view('y')];
  return {
    memory: program.memory,
    run(instances) {
      const y = new Float32Array(instances.length * output.length);
      for (let row = 0; row < instances.length; row++) {
        input.fill(0);
        if (!write(instances[row], input, 0)) return null;
        program.execute();
        y.set(output, row * output.length);
      }
      return y;
    },
  };
}

/** Estimators are loaded when one is first served: most models are networks. */
async function estimatorModelOf(
  { spec, shape, parameters }: Extract<PlannedModel, { kind: 'estimator' }>,
  write: WriteInstance,
  width: number,
): Promise<Runs> {
  const { estimatorOf } = await import('../estimators/estimator-of.ts');
  const predict = estimatorOf(spec).load(parameters, spec, shape);
  const numbers = [...parameters.values()].reduce((sum, { data }) => sum + data.length, 0);
  return {
    memory: 8 * numbers,
    run(instances) {
      const x = new Float32Array(instances.length * width);
      const isWritten = instances.every((instance, row) => write(instance, x, row * width));
      return isWritten ? predict(x, instances.length) : null;
    },
  };
}
