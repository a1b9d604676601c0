/**
 * Graphs nobody would write: each is built from random instructions, differentiated, run twice with its parameter moved in
 * between, and compared with the reference. What is particular to an executor (fusing, aliases, memory used again) meets here.
 */
import fc from 'fast-check';
import type { Executor } from '../../../shared/executors/executor.ts';
import { createPlainExecutor } from '../../../shared/executors/plain/plain-executor.ts';
import { gradientsOf } from '../../../shared/graph/gradients.ts';
import type { Graph, Node, TensorData } from '../../../shared/graph/graph.ts';
import { sizeOf } from '../../../shared/graph/operator.ts';
import { extendGraph, type Ops, type TensorRef, type Tracer, traceGraph } from '../../../shared/graph/ops.ts';
import { noise } from '../operator-cases/operator-case.ts';

const SEED = 20_261_124;
const RUNS = 25;
const LARGEST = 600; // elements
/** Of the largest element of a tensor: a value that many go into is the less exact the larger they are. */
const TOLERANCE = 1e-4;

/** What to do, with which values, and how; all taken modulo what there is. */
const instruction = fc.record({ what: fc.nat(99), a: fc.nat(99), b: fc.nat(99), how: fc.nat(99) });
type Instruction = { what: number; a: number; b: number; how: number };
const recipe = fc.array(instruction, { minLength: 3, maxLength: 14 });

const PARAMETERS = { matrix: [4, 6], row: [6], cube: [3, 4, 2] };
const INPUT = [5, 6];

/** A report of the smallest graph that goes wrong, or null. */
export async function checkRandomGraphs(executor: Executor): Promise<string | null> {
  const property = fc.asyncProperty(recipe, async (instructions) => {
    const graph = build(instructions);
    const expected = await results(createPlainExecutor({ precision: 'float64' }), graph);
    const actual = await results(executor, graph);
    for (const [name, data] of Object.entries(expected)) compare(name, actual[name]!, data, graph);
  });
  const found = await fc.check(property, {
    seed: SEED,
    numRuns: RUNS,
    endOnFailure: false,
    interruptAfterTimeLimit: 40_000,
  });
  return found.failed ? `${found.errorInstance}\n${await fc.asyncDefaultReportMessage(found)}` : null;
}

function compare(name: string, actual: TensorData, expected: TensorData, { nodes }: Graph): void {
  const largest = Math.max(1, ...Array.from(expected, Math.abs));
  for (let i = 0; i < expected.length; i++) {
    if (!(Math.abs(actual[i]! - expected[i]!) <= TOLERANCE * largest)) {
      const shown = nodes.map(({ id, op, inputs, shape }) => `${id} ${op}(${inputs}) [${shape}]`).join('\n');
      throw new Error(`${name}[${i}] is ${actual[i]}, expected ${expected[i]}\n${shown}`);
    }
  }
}

async function results(executor: Executor<TensorData>, graph: Graph): Promise<Record<string, TensorData>> {
  const values = new Map(Object.entries(PARAMETERS).map(([name, shape]) => [name, noise(shape, [-1, 1], 1)]));
  const program = await executor.compile(graph, values);
  try {
    const { shape, data } = noise(INPUT);
    const first = await program.run({ x: { shape, data } });
    const second = await program.run({ x: { shape, data } });
    const after = (await program.read(['matrix'])).get('matrix')!;
    const entries = Object.entries(first).map(([name, value]): [string, TensorData] => [name, value.data]);
    const later = Object.entries(second).map(([name, value]): [string, TensorData] => [
      `${name} again`,
      value.data,
    ]);
    return { ...Object.fromEntries([...entries, ...later]), 'matrix after two runs': after.data };
  } finally {
    program.dispose();
  }
}

/** Loss: the mean of all that was made and read no further. The parameter `matrix` goes down its gradient. */
function build(instructions: readonly Instruction[]): Graph {
  const parameters: TensorRef[] = [];
  const last: Record<string, TensorRef> = {};
  const forward = traceGraph((tracer) => {
    for (const [name, shape] of Object.entries(PARAMETERS))
      parameters.push(tracer.parameter(name, shape, 'zeros'));
    const pool = [...parameters, tracer.input('x', INPUT)];
    for (const one of instructions) {
      const made = apply(tracer, one, pool);
      if (made && sizeOf(made.shape) <= LARGEST) pool.push(made);
    }
    const { ops } = tracer;
    const made = pool.slice(2);
    for (const [i, value] of made.slice(-3).entries()) last[`value${i}`] = value;
    const loss = made
      .map((value) => ops.mean(value, { axes: value.shape.map((_, axis) => axis) }))
      .reduce(ops.add);
    return { ...last, loss };
  });
  return extendGraph(forward, (tracer, refs) => {
    const { ops } = tracer;
    const loss = refs[forward.outputs.at(-1)!.node]!;
    const [matrix, row, cube] = gradientsOf(ops, refs as readonly Node[], loss, parameters);
    tracer.update(parameters[0]!, ops.subtract(parameters[0]!, ops.multiply(matrix!, ops.constant(0.1))));
    return { ...last, loss, matrix: matrix!, row: row!, cube: cube! };
  });
}

type Apply = (ops: Ops, a: TensorRef, b: TensorRef, how: number) => TensorRef | null;

const unary: Apply[] = [
  (ops, a) => ops.tanh(a),
  (ops, a) => ops.sigmoid(a),
  (ops, a) => ops.sin(a),
  (ops, a) => ops.erf(a),
  (ops, a) => ops.relu(ops.subtract(a, ops.constant(0.123))),
  (ops, a) => ops.exp(ops.negate(ops.abs(a))),
  (ops, a) => ops.sqrt(ops.add(ops.multiply(a, a), ops.constant(0.5))),
  (ops, a) => ops.log(ops.add(ops.multiply(a, a), ops.constant(0.5))),
];
const binary: Apply[] = [
  (ops, a, b) => ops.add(a, b),
  (ops, a, b) => ops.subtract(b, a),
  (ops, a, b) => ops.multiply(a, ops.tanh(b)),
  (ops, a, b) => ops.divide(a, ops.add(ops.multiply(b, b), ops.constant(0.7))),
  (ops, a, b) => ops.maximum(a, ops.subtract(b, ops.constant(0.237))),
  (ops, a, b) => ops.select(ops.greater(a, ops.constant(0.377)), b, ops.multiply(a, ops.constant(0.5))),
];
const moving: Apply[] = [
  (ops, a, _, how) =>
    ops.transpose(a, {
      permutation: rotate(
        a.shape.map((_, axis) => axis),
        how,
      ),
    }),
  (ops, a) => ops.reshape(a, { shape: [sizeOf(a.shape)] }),
  (ops, a) => {
    const half = a.shape.findIndex((n) => n % 2 === 0);
    return half < 0
      ? null
      : ops.reshape(a, {
          shape: [...a.shape.slice(0, half), 2, a.shape[half]! / 2, ...a.shape.slice(half + 1)],
        });
  },
  (ops, a, _, how) => {
    const axis = how % a.shape.length;
    const size = Math.ceil(a.shape[axis]! / 2);
    const begin = a.shape.map((n, i) => (i === axis ? how % (n - size + 1) : 0));
    return ops.slice(a, { begin, size: a.shape.with(axis, size) });
  },
  (ops, a, _, how) =>
    ops.pad(a, { before: a.shape.map((_, i) => (how + i) % 2), after: a.shape.map((_, i) => (how + i) % 3) }),
  (ops, a, b, how) => {
    const axis = how % a.shape.length;
    const fits = b.shape.length === a.shape.length && b.shape.every((n, i) => i === axis || n === a.shape[i]);
    return ops.concat(fits ? [a, b, a] : [a, ops.tanh(a)], { axis });
  },
  (ops, a) => ops.broadcastTo(a, { shape: [2, ...a.shape] }),
  (ops, a, _, how) => {
    const places = Int32Array.from({ length: 3 }, (_, i) => (how * (i + 1)) % a.shape[0]!);
    return ops.gather(a, ops.constant(places, [3]));
  },
  (ops, a, _, how) => {
    const places = Int32Array.from({ length: a.shape[0]! }, (_, i) => (how + i * i) % 4);
    return ops.scatterAdd(ops.constant(places, [places.length]), a, { rows: 4 });
  },
];
const together: Apply[] = [
  (ops, a, _, how) => ops.mean(a, { axes: [how % a.shape.length], keepDims: how % 2 === 0 }),
  (ops, a, _, how) =>
    ops.sum(a, { axes: a.shape.map((_, axis) => axis).filter((axis) => (how >> axis) % 2 === 0) }),
  (ops, a, _, how) => ops.max(a, { axes: [how % a.shape.length], keepDims: true }),
  (ops, a) => ops.softmax(a),
  (ops, a, b) => {
    if (a.shape.length < 2) return null;
    const [k] = [a.shape.at(-1)!];
    const scaled = ops.multiply(a, ops.constant(1 / k));
    if (b.shape.length === 2 && b.shape[0] === k) return ops.matmul(scaled, b);
    if (b.shape.length === 2 && b.shape[1] === k) return ops.matmul(scaled, b, { transposeB: true });
    return ops.matmul(scaled, a, { transposeB: true });
  },
  (ops, a) => (a.shape.length < 2 ? null : ops.matmul(a, ops.tanh(a), { transposeA: true })),
  (ops, a, _, how) => {
    if (a.shape.length !== 3) return null;
    const channels = a.shape[2]!;
    const kernel = ops.constant(noise([2, 3, channels, 3]).data as Float32Array, [2, 3, channels, 3]);
    const strides = [1 + (how % 2), 1] as const;
    return ops.relu(
      ops.conv2d(ops.reshape(a, { shape: [1, ...a.shape] }), kernel, { strides, padding: 'same' }),
    );
  },
];
const families = [unary, binary, moving, together];

function apply(
  { ops }: Tracer,
  { what, a, b, how }: Instruction,
  pool: readonly TensorRef[],
): TensorRef | null {
  const family = families[what % families.length]!;
  const x = pool[a % pool.length]!;
  const fitting = family === binary ? pool.filter((y) => broadcasts(x.shape, y.shape)) : pool;
  const y = fitting[b % fitting.length]!;
  if (x.shape.length === 0 && family !== unary && family !== binary) return null;
  return family[Math.floor(what / families.length) % family.length]!(ops, x, y, how);
}

const rotate = (axes: number[], by: number): number[] => axes.map((_, i) => axes[(i + by) % axes.length]!);

const broadcasts = (a: readonly number[], b: readonly number[]): boolean =>
  a.toReversed().every((n, i) => n === 1 || (b.at(-1 - i) ?? 1) === 1 || n === b.at(-1 - i));
