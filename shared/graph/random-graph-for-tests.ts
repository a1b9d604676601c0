/** Graphs drawn at random from a seed, for tests that hold any two ways of running a graph against each other. */
import type { Graph, Shape, TensorData, TensorValue } from './graph.ts';
import { sizeOf } from './operator.ts';
import { type TensorRef, type Tracer, traceGraph } from './ops.ts';
import { createRandom } from './random.ts';

type Random = (below: number) => number;
type Draw = (tracer: Tracer, pick: () => TensorRef, random: Random) => TensorRef | null;

const SHAPES: readonly Shape[] = [
  [],
  [4],
  [1, 4],
  [3, 1],
  [3, 4],
  [4, 3],
  [2, 3, 4],
  [2, 1, 4],
  [4, 4],
  [12],
];

const sameSize = (shape: Shape, random: Random): Shape => {
  const others = [...SHAPES.filter((other) => sizeOf(other) === sizeOf(shape)), [sizeOf(shape)]];
  return others[random(others.length)]!;
};
const swapLast = (shape: Shape): number[] => {
  const axes = shape.map((_, axis) => axis);
  return [...axes.slice(0, -2), ...axes.slice(-2).reverse()];
};
const fits = (a: Shape, b: Shape): boolean =>
  [...a].reverse().every((n, i) => n === (b.at(-1 - i) ?? 1) || n === 1 || (b.at(-1 - i) ?? 1) === 1);

const UNARY = [
  'negate',
  'exp',
  'log',
  'sqrt',
  'abs',
  'sign',
  'floor',
  'relu',
  'sigmoid',
  'tanh',
  'erf',
  'sin',
] as const;
const BINARY = ['add', 'subtract', 'multiply', 'maximum', 'minimum', 'greater', 'equal'] as const;
const NUMBERS = [0, 1, -1, 2, 0.5, 3];

/** What a next node may be; null where the values picked do not fit. Most kinds come up several times. */
const draws: readonly Draw[] = [
  ({ ops }, pick, random) => ops[UNARY[random(UNARY.length)]!](pick()),
  ({ ops }, pick, random) => ops[UNARY[random(UNARY.length)]!](pick()),
  ...Array.from(
    { length: 4 },
    (): Draw =>
      ({ ops }, pick, random) => {
        const [a, b] = [pick(), pick()];
        return fits(a.shape, b.shape) ? ops[BINARY[random(BINARY.length)]!](a, b) : null;
      },
  ),
  ({ ops }, pick, random) => {
    const number = ops.constant(NUMBERS[random(NUMBERS.length)]!);
    const operator = (['add', 'subtract', 'multiply', 'maximum'] as const)[random(4)]!;
    return random(2) === 0 ? ops[operator](pick(), number) : ops[operator](number, pick());
  },
  // Never by a zero, whose sign the passes need not keep.
  ({ ops }, pick) => {
    const [a, b] = [pick(), pick()];
    return fits(a.shape, b.shape) ? ops.divide(a, ops.add(ops.abs(b), ops.constant(0.5))) : null;
  },
  ({ ops }, pick, random) => ops.divide(pick(), ops.constant([1, 4, 3, 0.25][random(4)]!)),
  ({ ops }, pick) => {
    const [a, b, c] = [pick(), pick(), pick()];
    return fits(a.shape, b.shape) && fits(b.shape, c.shape) && fits(a.shape, c.shape)
      ? ops.select(a, b, c)
      : null;
  },
  ({ ops }, pick, random) => {
    const x = pick();
    const axes = x.shape.flatMap((_, axis) => (random(2) === 0 ? [axis] : []));
    return ops[(['sum', 'mean', 'max'] as const)[random(3)]!](x, { axes, keepDims: random(2) === 0 });
  },
  ...Array.from(
    { length: 2 },
    (): Draw =>
      ({ ops }, pick, random) => {
        const [a, b] = [pick(), pick()];
        const [transposeA, transposeB] = [random(2) === 0, random(2) === 0];
        if (a.shape.length < 2 || b.shape.length < 2) return null;
        const k = a.shape.at(transposeA ? -2 : -1);
        const isProduct =
          k === b.shape.at(transposeB ? -1 : -2) && fits(a.shape.slice(0, -2), b.shape.slice(0, -2));
        return isProduct ? ops.matmul(a, b, { transposeA, transposeB }) : null;
      },
  ),
  ({ ops }, pick, random) => {
    const x = pick();
    return ops.reshape(x, { shape: sameSize(x.shape, random) });
  },
  ({ ops }, pick, random) => {
    const x = pick();
    const size = x.shape.map((n) => 1 + random(n));
    return ops.slice(x, { begin: size.map((n, axis) => random(x.shape[axis]! - n + 1)), size });
  },
  ({ ops }, pick, random) => {
    const x = pick();
    const before = x.shape.map(() => random(2));
    return sizeOf(x.shape) > 64 ? null : ops.pad(x, { before, after: x.shape.map(() => random(2)) });
  },
  ({ ops }, pick, random) => {
    const [a, b] = [pick(), pick()];
    const axis = random(Math.max(a.shape.length, 1));
    const areAlike =
      a.shape.length === b.shape.length && a.shape.every((n, i) => i === axis || n === b.shape[i]);
    return areAlike && a.shape.length > 0 ? ops.concat(random(3) === 0 ? [a, b, a] : [a, b], { axis }) : null;
  },
  // A split, the same after all: what gates and halves look like.
  ({ ops }, pick) => {
    const x = pick();
    const n = x.shape.at(-1) ?? 0;
    if (n < 2) return null;
    const zeros = x.shape.slice(0, -1).map(() => 0);
    const part = (begin: number, size: number) =>
      ops.slice(x, { begin: [...zeros, begin], size: [...x.shape.slice(0, -1), size] });
    return ops.concat([ops.tanh(part(0, 1)), part(1, n - 1)], { axis: x.shape.length - 1 });
  },
  // Two pads that fill a whole between them: the gradient of a split.
  ({ ops }, pick, random) => {
    const [a, b] = [pick(), pick()];
    const axis = random(Math.max(a.shape.length, 1));
    const areAlike =
      a.shape.length === b.shape.length && a.shape.every((n, i) => i === axis || n === b.shape[i]);
    if (!areAlike || a.shape.length === 0) return null;
    const along = (n: number) => a.shape.map((_, i) => (i === axis ? n : 0));
    const first = ops.pad(a, { before: along(0), after: along(b.shape[axis]!) });
    const second = ops.pad(b, { before: along(a.shape[axis]!), after: along(0) });
    return random(2) === 0 ? ops.add(first, second) : ops.add(second, first);
  },
  ({ ops }, pick, random) => {
    const x = pick();
    return ops.transpose(x, {
      permutation: random(2) === 0 ? swapLast(x.shape) : x.shape.map((_, i) => i).reverse(),
    });
  },
  ({ ops }, pick, random) => {
    const x = pick();
    const wider = SHAPES.filter(
      (shape) => shape.length >= x.shape.length && fits(x.shape, shape) && sizeOf(shape) >= sizeOf(x.shape),
    );
    const shape = wider[random(Math.max(wider.length, 1))];
    return shape && x.shape.every((n, i) => n === 1 || n === shape[shape.length - x.shape.length + i])
      ? ops.broadcastTo(x, { shape })
      : null;
  },
  ({ ops }, pick) => {
    const x = pick();
    return x.shape.length > 0 ? ops.softmax(x) : null;
  },
  ({ ops }, pick, random) => {
    const x = pick();
    const rows = x.shape[0];
    return rows ? ops.gather(x, ops.constant(Int32Array.of(random(rows), random(rows)), [2])) : null;
  },
];

/** About `size` nodes over two inputs and three parameters, each with an update more often than not; a few outputs. */
export function randomGraph(seed: number, size: number): Graph {
  const next = createRandom(seed, size);
  const random: Random = (below) => Math.floor(next() * below);
  return traceGraph((tracer) => {
    const { ops } = tracer;
    const values: TensorRef[] = [tracer.input('x', [3, 4]), tracer.input('y', [4])];
    const parameters = [
      tracer.parameter('w', [4, 4], 'glorotUniform'),
      tracer.parameter('b', [12], 'zeros'),
      tracer.parameter('s', [12], 'zeros', { trainable: false }),
    ];
    values.push(
      ...parameters,
      ops.reshape(ops.slice(parameters[1]!, { begin: [4], size: [4] }), { shape: [1, 4] }),
    );
    // The last values are picked more often, so that chains form.
    const pick = () =>
      values[
        random(2) === 0 ? random(values.length) : values.length - 1 - random(Math.min(4, values.length))
      ]!;
    for (let i = 0; i < size; i++) {
      const value = draws[random(draws.length)]!(tracer, pick, random);
      if (value && sizeOf(value.shape) <= 200) values.push(value);
    }
    for (const parameter of parameters) {
      const fitting = values.filter(({ shape }) => sizeOf(shape) === sizeOf(parameter.shape));
      const value = fitting[fitting.length - 1 - random(Math.min(fitting.length, 4))];
      if (value && random(4) > 0) {
        const damped =
          random(3) === 0
            ? value
            : ops.multiply(ops.add(value, ops.reshape(parameter, { shape: value.shape })), ops.constant(0.5));
        tracer.update(parameter, ops.reshape(damped, { shape: parameter.shape }));
      }
    }
    return { last: values.at(-1)!, some: pick(), other: pick() };
  });
}

/** Values for all inputs or parameters of a graph of float32; the same for the same seed. */
export function randomValues(
  nodes: readonly { name: string; shape: Shape }[],
  seed: number,
): Record<string, TensorValue<TensorData>> {
  const next = createRandom(seed);
  return Object.fromEntries(
    nodes.map(({ name, shape }) => [
      name,
      { shape, data: Float32Array.from({ length: sizeOf(shape) }, () => Math.round(next() * 16 - 8) / 4) },
    ]),
  );
}
