/** First values of a model's parameters. Uniform, from integer randomness, × and sqrt: the same bytes in every engine. */
import type { Graph, Initializer, Shape, TensorValue } from '../graph/graph.ts';
import { sizeOf } from '../graph/operator.ts';
import { createRandom } from '../graph/random.ts';

/** Each parameter has a stream of its own, by `seed` and its place. */
export function initParameters(graph: Graph, seed: number): Map<string, TensorValue> {
  return new Map(
    graph.parameters.map(({ name, shape, initializer }, place) => [
      name,
      { shape, data: initialValue(initializer, shape, createRandom(seed, place)) },
    ]),
  );
}

function initialValue(initializer: Initializer, shape: Shape, random: () => number): Float32Array {
  const data = new Float32Array(sizeOf(shape));
  if (initializer === 'zeros') return data;
  if (initializer === 'ones') return data.fill(1);
  if (initializer === 'forgetGate') return data.fill(1, data.length / 4, data.length / 2);
  const { fanIn, fanOut } = fans(shape);
  const limit = Math.sqrt(6 / (initializer === 'heUniform' ? fanIn : fanIn + fanOut));
  return data.map(() => (2 * random() - 1) * limit);
}

/** Inputs and outputs of one unit: [in, out], or a kernel [height, width, in, out]. */
function fans(shape: Shape): { fanIn: number; fanOut: number } {
  const window = sizeOf(shape.slice(0, -2));
  return { fanIn: (shape.at(-2) ?? 1) * window, fanOut: (shape.at(-1) ?? 1) * window };
}
