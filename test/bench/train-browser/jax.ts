/** jax-js in a page: one jitted function a step, which takes parameters and Adam's moments and gives them back. */
import type { TrainingCase } from './contestant.ts';
import { BATCHES, type Contestant, LEARNING_RATE, type StartContestant, trainingRows } from './contestant.ts';
import { toJaxModel } from './jax-model.ts';
import type { Jax, JaxArray, Tree } from './jax-types.ts';

/** Where the page finds the package. */
export const JAX_FOLDER = '/jax-js/';

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

export const startJax: StartContestant = async (task) => {
  const url = `${JAX_FOLDER}index.js`;
  const jax: Jax = await import(url);
  if (!(await jax.init('webgpu')).includes('webgpu')) throw new Error('jax-js has no webgpu here');
  jax.defaultDevice('webgpu');
  const { numpy: np } = jax;
  const { parameters, forward } = toJaxModel(jax, task.model);
  const { classes } = task.model;
  const loss = (p: Tree, x: JaxArray, y: JaxArray) => {
    const likely = jax.nn.logSoftmax(forward(p, x)).mul(jax.nn.oneHot(y, classes));
    return np.mean(np.sum(likely, -1)).mul(-1);
  };
  const step = jax.jit((p: Tree, m: Tree, v: Tree, rate: JaxArray, x: JaxArray, y: JaxArray) => {
    const [value, gradient] = jax.valueAndGrad(loss)(jax.tree.ref(p), x, y);
    const next = { p: {} as Tree, m: {} as Tree, v: {} as Tree };
    for (const name of Object.keys(p)) {
      const g = gradient[name]!;
      const first = m[name]!.mul(BETA1).add(g.ref.mul(1 - BETA1));
      const second = v[name]!.mul(BETA2).add(np.square(g).mul(1 - BETA2));
      next.m[name] = first.ref;
      next.v[name] = second.ref;
      next.p[name] = p[name]!.sub(first.mul(rate.ref).div(np.sqrt(second).add(EPSILON)));
    }
    rate.dispose();
    return { ...next, value };
  });

  const zeros = (): Tree =>
    Object.fromEntries(Object.entries(parameters).map(([name, { shape }]) => [name, np.zeros(shape)]));
  const batches = batchesOf(jax, task);
  let state = { p: parameters, m: zeros(), v: zeros() };
  let done = 0;
  return {
    async train(steps) {
      let last: JaxArray | undefined;
      for (let i = 0; i < steps; i++) {
        const { x, y } = batches[done++ % BATCHES]!;
        const rate = LEARNING_RATE * (Math.sqrt(1 - BETA2 ** done) / (1 - BETA1 ** done));
        last?.dispose();
        const scalar = np.array(Float32Array.of(rate), { shape: [] });
        const { value, ...next } = step(state.p, state.m, state.v, scalar, x.ref, y.ref);
        state = next;
        last = value;
      }
      await jax.blockUntilReady(jax.tree.ref(state));
      const [value] = Array.from(await last!.data());
      return value!;
    },
  } satisfies Contestant;
};

/** On the device before the clock starts. */
function batchesOf({ numpy: np }: Jax, task: TrainingCase): { x: JaxArray; y: JaxArray }[] {
  const { x, y, count } = trainingRows(task);
  const width = x.length / count;
  return Array.from({ length: BATCHES }, (_, i) => {
    const [from, to] = [i * task.batch, (i + 1) * task.batch];
    const words = x instanceof Int32Array && { dtype: np.int32 };
    return {
      x: np.array(x.slice(from * width, to * width), {
        shape: [task.batch, ...task.model.inputShape],
        ...words,
      }),
      y: np.array(y.slice(from, to), { shape: [task.batch], dtype: np.int32 }),
    };
  });
}
