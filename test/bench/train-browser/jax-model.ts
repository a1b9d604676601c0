/** A benchmark's model in jax-js: parameters in a flat tree by name, and the forward pass. Pictures are [b, c, h, w] here. */
import { createRandom } from '../../../shared/graph/random.ts';
import { type BenchModel, type Layer, partName } from '../models/bench-model.ts';
import { LAYER_NORM_EPSILON } from '../models/own-layers.ts';
import type { Jax, JaxArray, Tree } from './jax-types.ts';

export interface JaxModel {
  parameters: Tree;
  /** Gives `x` away, and one reference to each parameter. */
  forward(parameters: Tree, x: JaxArray): JaxArray;
}

/** Throws where jax-js has nothing to offer for a layer. */
export function toJaxModel(jax: Jax, { inputShape, layers }: BenchModel): JaxModel {
  const { numpy: np, nn, lax } = jax;
  const parameters: Tree = {};
  /** Makes the parameter the first time, when shapes are known. */
  const parameter = (name: string, shape: readonly number[], fans?: readonly [number, number]) => {
    parameters[name] = np.array(initial(shape, fans, Object.keys(parameters).length), { shape });
  };
  const ones = (name: string, size: number) => {
    parameters[name] = np.array(new Float32Array(size).fill(1), { shape: [size] });
  };
  type Step = (p: Tree, x: JaxArray) => JaxArray;
  const steps: Step[] = [];
  /** Adds the layer's step and gives the shape of one row after it. */
  const add = (shape: readonly number[], layer: Layer, name: string): readonly number[] => {
    const part = (which: string) => `${name}/${which}`;
    const [width = 0] = shape.slice(-1);
    const activate = (x: JaxArray) => ('activation' in layer && layer.activation ? nn.relu(x) : x);
    switch (layer.type) {
      case 'dense':
        parameter(part('kernel'), [width, layer.units], [width, layer.units]);
        parameter(part('bias'), [layer.units]);
        steps.push((p, x) => activate(np.matmul(x, p[part('kernel')]!).add(p[part('bias')]!)));
        return [layer.units];
      case 'conv2d': {
        const { filters, size, padding } = layer;
        const [channels = 0, ...sides] = shape;
        const fans = [channels * size * size, filters * size * size] as const;
        parameter(part('kernel'), [filters, channels, size, size], fans);
        parameter(part('bias'), [filters, 1, 1]);
        steps.push((p, x) => {
          const mode = padding === 'same' ? 'SAME' : 'VALID';
          return activate(lax.convGeneralDilated(x, p[part('kernel')]!, [1, 1], mode).add(p[part('bias')]!));
        });
        return [filters, ...sides.map((side) => (padding === 'same' ? side : side - size + 1))];
      }
      case 'maxPool': {
        const { size } = layer;
        const [channels = 0, ...sides] = shape;
        const window = [size, size];
        steps.push((_, x) => lax.reduceWindow(x, (values) => np.max(values), window, window));
        return [channels, ...sides.map((side) => Math.floor(side / size))];
      }
      case 'flatten': {
        const flat = shape.reduce((product, n) => product * n, 1);
        steps.push((_, x) => x.reshape([-1, flat]));
        return [flat];
      }
      case 'embedding':
        parameter(part('table'), [layer.vocabulary, layer.width], [layer.vocabulary, layer.width]);
        // Its jit fails where the gradient of `take` is a view of a product; a scale in between helps.
        ones(part('scale'), layer.width);
        steps.push((p, x) => np.take(p[part('table')]!, x, 0).mul(p[part('scale')]!));
        return [...shape, layer.width];
      case 'gru': {
        const { units } = layer;
        const [words = 0, inputs = 0] = shape;
        parameter(part('kernel'), [inputs, 3 * units], [inputs, 3 * units]);
        parameter(part('recurrent'), [units, 3 * units], [units, 3 * units]);
        parameter(part('bias'), [3 * units]);
        parameter(part('recurrentBias'), [3 * units]);
        steps.push((p, x) => gru(p, part, x, words, units));
        return [units];
      }
      case 'positions':
        parameter(part('table'), shape, [shape[0]!, width]);
        steps.push((p, x) => x.add(p[part('table')]!));
        return shape;
      case 'transformer': {
        const norm = (which: string) => {
          ones(part(`${which}/gamma`), width);
          parameter(part(`${which}/beta`), [width]);
        };
        const kernel = (which: string, inputs: number, outputs: number) => {
          parameter(part(`${which}/kernel`), [inputs, outputs], [inputs, outputs]);
          parameter(part(`${which}/bias`), [outputs]);
        };
        norm('norm1');
        for (const which of ['query', 'key', 'value', 'output']) kernel(which, width, width);
        norm('norm2');
        kernel('hidden', width, layer.hidden);
        kernel('back', layer.hidden, width);
        steps.push((p, x) => transformer(p, part, x, layer.heads, [...shape]));
        return shape;
      }
      case 'globalAverage':
        steps.push((_, x) => np.mean(x, 1));
        return [width];
      default:
        throw new Error(`no ${layer.type} for jax-js here`);
    }
  };

  /** Reset after the product, as Keras and PyTorch have it: gates z, r, then the candidate. */
  const gru = (p: Tree, part: (which: string) => string, x: JaxArray, words: number, units: number) => {
    const given = np.matmul(x, p[part('kernel')]!).add(p[part('bias')]!); // [b, words, 3·units]
    const recurrent = p[part('recurrent')]!;
    const recurrentBias = p[part('recurrentBias')]!;
    const gates = (all: JaxArray, which: number) => all.slice([], [which * units, (which + 1) * units]);
    let state: JaxArray | undefined;
    for (let word = 0; word < words; word++) {
      const now = given.ref.slice([], word);
      const before = state
        ? np.matmul(state.ref, recurrent.ref).add(recurrentBias.ref)
        : now.ref.mul(0).add(recurrentBias.ref);
      const z = nn.sigmoid(gates(now.ref, 0).add(gates(before.ref, 0)));
      const r = nn.sigmoid(gates(now.ref, 1).add(gates(before.ref, 1)));
      const candidate = np.tanh(gates(now, 2).add(r.mul(gates(before, 2))));
      const fresh = candidate.ref.sub(z.ref.mul(candidate));
      state = fresh.add(z.mul(state ?? 0));
    }
    for (const used of [given, recurrent, recurrentBias]) used.dispose();
    return state!;
  };

  const transformer = (
    p: Tree,
    part: (which: string) => string,
    x: JaxArray,
    heads: number,
    [words = 0, width = 0]: number[],
  ) => {
    const dense = (which: string, y: JaxArray) =>
      np.matmul(y, p[part(`${which}/kernel`)]!).add(p[part(`${which}/bias`)]!);
    const norm = (which: string, y: JaxArray) =>
      nn
        .standardize(y, -1, { epsilon: LAYER_NORM_EPSILON })
        .mul(p[part(`${which}/gamma`)]!)
        .add(p[part(`${which}/beta`)]!);
    const split = (which: string, y: JaxArray) => dense(which, y).reshape([-1, words, heads, width / heads]);
    const normed = norm('norm1', x.ref);
    const query = split('query', normed.ref);
    const key = split('key', normed.ref);
    const mixed = nn.dotProductAttention(query, key, split('value', normed)).reshape([-1, words, width]);
    const attended = x.add(dense('output', mixed));
    return attended.ref.add(
      dense('back', nn.gelu(dense('hidden', norm('norm2', attended)), { approximate: false })),
    );
  };

  // [h, w, 1] and [1, h, w] lie alike in memory
  const [height, wide] = inputShape;
  const picture = inputShape.length === 3;
  let shape: readonly number[] = picture ? [1, height!, wide!] : inputShape;
  for (const [place, layer] of layers.entries()) shape = add(shape, layer, partName('', layer, place));
  return {
    parameters,
    forward: (p, x) =>
      steps.reduce((y, step) => step(p, y), picture ? x.reshape([-1, 1, height!, wide!]) : x),
  };
}

/** Glorot's uniform, or zeros. */
function initial(
  shape: readonly number[],
  fans: readonly [number, number] | undefined,
  place: number,
): Float32Array {
  const data = new Float32Array(shape.reduce((size, n) => size * n, 1));
  if (!fans) return data;
  const limit = Math.sqrt(6 / (fans[0] + fans[1]));
  const random = createRandom(3, place);
  return data.map(() => (2 * random() - 1) * limit);
}
