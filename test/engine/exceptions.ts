/**
 * Where an executor is known to differ from the reference, and why. What stands here is not asked of it; a test names it with
 * its reason. Nothing else is left out.
 */
export interface Exception {
  /** Start of an executor's name. */
  executor: string;
  /** An operator, or a model. */
  of: string;
  /** A case of that operator; absent: all. */
  case?: string;
  why: string;
}

const LIBTENSORFLOW = "libtensorflow's own kernel on a CPU takes NaN for smaller than all else";
const SWIFTSHADER = 'GLSL promises neither NaN nor infinities, and no more than 2⁻¹¹ of a sine';
const MAX_POOL = "TensorFlow.js's WebGL backend gives a window with ties, or with NaN, no gradient";

export const exceptions: readonly Exception[] = [
  { executor: 'tensorflow', of: 'maxPool2d', case: 'NaN and infinities', why: LIBTENSORFLOW },
  { executor: 'tensorflow', of: 'softmax', case: 'NaN and infinities', why: LIBTENSORFLOW },
  { executor: 'tfjs:webgl', of: 'divide', case: 'NaN and infinities', why: SWIFTSHADER },
  { executor: 'tfjs:webgl', of: 'power', case: 'NaN and infinities', why: SWIFTSHADER },
  { executor: 'tfjs:webgl', of: 'sin', why: SWIFTSHADER },
  { executor: 'tfjs:webgl', of: 'cos', why: SWIFTSHADER },
  { executor: 'tfjs:webgl', of: 'maxPool2dGradient', case: 'NaN and infinities', why: MAX_POOL },
  { executor: 'tfjs:webgl', of: 'maxPool2dGradient', case: 'ties', why: MAX_POOL },
];

/** Asked in part: the first `cases` of each operator, these models, and so many steps, but no blocks; the rest of its code has been asked before. */
export interface Part {
  cases: number;
  models: readonly string[];
  steps: number;
  why: string;
}

const parts: Readonly<Record<string, Part>> = {
  'tfjs:webgl': {
    cases: 3,
    models: ['mlp', 'cnn with batch norm and dropout'],
    steps: 500,
    why: 'its shaders take minutes to compile in software; all of its kernels are asked on tfjs:cpu',
  },
};

export const exceptionsFor = (executor: string, of: string): readonly Exception[] =>
  exceptions.filter((one) => executor.startsWith(one.executor) && one.of === of);

/** Undefined where everything is asked, as it is of all with `TRAINYARD_ENGINE_SUITE=whole`. */
export const partOf = (executor: string): Part | undefined =>
  process.env.TRAINYARD_ENGINE_SUITE === 'whole' ? undefined : parts[executor];
