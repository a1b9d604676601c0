/** What the interface promises, on the executors that run in Node alone; operators are checked in test/engine. */
import { describe, expect, it } from 'vitest';
import { dropout } from '../graph/dropout.ts';
import type { Graph, Shape, TensorValue } from '../graph/graph.ts';
import { traceGraph } from '../graph/ops.ts';
import { optimize } from '../graph/passes/optimize.ts';
import type { Executor } from './executor.ts';
import { createPlainExecutor } from './plain/plain-executor.ts';
import { cpuBackend } from './tfjs/cpu-for-tests.ts';
import { createTfjsExecutor } from './tfjs/tfjs-executor.ts';

const executors: { name: string; create: () => Promise<Executor> }[] = [
  { name: 'plain', create: async () => createPlainExecutor() },
  { name: 'tfjs:cpu', create: async () => createTfjsExecutor(await cpuBackend()) },
];

const floats = (shape: Shape, data: readonly number[]): TensorValue => ({
  shape,
  data: Float32Array.from(data),
});
const row = floats([3], [1, 2, 3]);

/** The first grows by x each run, the second follows one run behind, and counts are kept beside. */
const followers = traceGraph(({ ops, input, parameter, update }) => {
  const x = input('x', [2]);
  const first = parameter('first', [2], 'zeros');
  const second = parameter('second', [2], 'zeros');
  const counts = parameter('counts', [2], 'zeros', { dtype: 'int32', trainable: false });
  update(first, ops.add(first, x));
  update(second, first);
  update(counts, ops.cast(ops.add(ops.cast(counts, { to: 'float32' }), ops.constant(1.5)), { to: 'int32' }));
  return { first, difference: ops.subtract(first, second) };
});

const relu: Graph = traceGraph(({ ops, input }) => ({ y: ops.relu(input('x', [3])) }));

describe.each(executors)('$name', ({ create }) => {
  it('gives outputs as they are before the updates, which take place all at once', async () => {
    const program = await (await create()).compile(followers, new Map([['first', floats([2], [1, 2])]]));
    const x = floats([2], [10, 20]);
    expect(await program.run({ x })).toEqual({
      first: floats([2], [1, 2]),
      difference: floats([2], [1, 2]),
    });
    expect(await program.run({ x })).toEqual({
      first: floats([2], [11, 22]),
      difference: floats([2], [10, 20]),
    });
    expect(await program.read(['first', 'second', 'counts'])).toEqual(
      new Map<string, unknown>([
        ['first', floats([2], [21, 42])],
        ['second', floats([2], [11, 22])],
        ['counts', { shape: [2], data: Int32Array.of(2, 2) }],
      ]),
    );
    program.dispose();
  });

  it('runs many steps at once, as one after the other', async () => {
    const program = await (await create()).compile(followers, new Map());
    await program.write(new Map([['second', floats([2], [-1, -2])]]));
    const outputs = await program.steps(3, { x: Float32Array.of(1, 10, 2, 20, 3, 30) });
    expect(outputs).toEqual({
      first: Float32Array.of(0, 0, 1, 10, 3, 30),
      difference: Float32Array.of(1, 2, 1, 10, 2, 20),
    });
    expect((await program.read(['first'])).get('first')).toEqual(floats([2], [6, 60]));
    expect(await program.steps(0, { x: new Float32Array(0) })).toEqual({
      first: new Float32Array(0),
      difference: new Float32Array(0),
    });
    program.dispose();
  });

  it('keeps what it was given and what it gave apart from its own', async () => {
    const given = floats([2], [1, 2]);
    const program = await (await create()).compile(followers, new Map([['first', given]]));
    const x = floats([2], [1, 1]);
    const { first } = await program.run({ x });
    const before = (await program.read(['first'])).get('first')!;
    given.data.fill(7);
    first!.data.fill(8);
    await program.run({ x });
    expect(before).toEqual(floats([2], [2, 3]));
    expect((await program.read(['first'])).get('first')).toEqual(floats([2], [3, 4]));
    expect(x).toEqual(floats([2], [1, 1]));
    program.dispose();
  });

  it('drops about the share asked for, scales the rest, and repeats itself for the same step', async () => {
    const graph = traceGraph(({ ops, input }) => ({
      y: dropout(ops, input('x', [1000]), input('step', [], 'int32'), { rate: 0.25, seed: 3 }),
    }));
    const program = await (await create()).compile(graph, new Map());
    const at = async (step: number) => {
      const x = floats([1000], new Array(1000).fill(1));
      return (await program.run({ x, step: { shape: [], data: Int32Array.of(step) } })).y!.data;
    };
    const first = await at(5);
    const kept = first.filter((v) => v !== 0);
    expect(kept.length).toBeGreaterThan(690);
    expect(kept.length).toBeLessThan(810);
    expect(kept.every((v) => Math.abs(v - 4 / 3) < 1e-6)).toBe(true);
    expect(await at(5)).toEqual(first);
    expect(await at(6)).not.toEqual(first);
    program.dispose();
  });

  it('takes an empty batch', async () => {
    const graph = traceGraph(({ ops, input }) => {
      const x = input('x', [0, 3]);
      const y = ops.softmax(ops.matmul(x, ops.constant(new Float32Array(6), [3, 2])));
      return {
        y,
        total: ops.sum(y, { axes: [0] }),
        joined: ops.concat([y, ops.constant(row.data.slice(1), [1, 2])], { axis: 0 }),
      };
    });
    const program = await (await create()).compile(graph, new Map());
    expect(await program.run({ x: floats([0, 3], []) })).toEqual({
      y: floats([0, 2], []),
      total: floats([2], [0, 0]),
      joined: floats([1, 2], [2, 3]),
    });
    program.dispose();
  });

  it.each([
    [{}, 'input "x" was not given'],
    [{ x: floats([2, 3], [1, 2, 3, 4, 5, 6]) }, 'shape [2, 3] (6 values), expected [3]'],
    [{ x: { shape: [3], data: Int32Array.of(1, 2, 3) } }, '"x" is a Int32Array, expected float32'],
  ])('refuses the inputs %j', async (inputs, message) => {
    const program = await (await create()).compile(relu, new Map());
    await expect(program.run(inputs)).rejects.toThrow(message);
    expect(await program.run({ x: row })).toEqual({ y: row });
    program.dispose();
  });

  it('refuses steps of another length, a parameter that is not there, and an operator it does not know', async () => {
    const executor = await create();
    const program = await executor.compile(followers, new Map());
    await expect(program.steps(2, { x: Float32Array.of(1, 2, 3) })).rejects.toThrow(
      'input "x" has 3 values, expected 4 for 2 runs of [2]',
    );
    await expect(program.read(['third'])).rejects.toThrow(
      'no parameter "third"; it has "first", "second", "counts"',
    );
    await expect(program.write(new Map([['first', row]]))).rejects.toThrow(
      '"first" has shape [3] (3 values), expected [2]',
    );
    const nodes = relu.nodes.map((node) => (node.op === 'relu' ? { ...node, op: 'swirl' } : node));
    await expect(executor.compile({ ...relu, nodes }, new Map())).rejects.toMatchObject({
      code: 'unsupported',
    });
    program.dispose();
  });
});

it('refuses an index that points nowhere', async () => {
  const graph = traceGraph(({ ops, parameter, input }) => ({
    y: ops.gather(parameter('rows', [2, 3], 'zeros'), input('i', [1], 'int32')),
  }));
  const program = await createPlainExecutor().compile(graph, new Map());
  const run = program.run({ i: { shape: [1], data: Int32Array.of(2) } });
  await expect(run).rejects.toThrow('Operator gather: index 2 is not one of 0 to 1');
});

it('runs fused nodes to the same bits', async () => {
  const graph = traceGraph(({ ops, input, parameter, update }) => {
    const x = input('x', [2, 3]);
    const w = parameter('w', [3, 2], 'zeros');
    const y = ops.relu(ops.add(ops.matmul(x, w), input('bias', [2])));
    update(w, ops.subtract(w, ops.multiply(ops.transpose(x, { permutation: [1, 0] }), ops.constant(0.1))));
    return { y: ops.tanh(ops.multiply(y, ops.exp(ops.negate(y)))) };
  });
  const fused = optimize(graph, { fuse: true });
  expect(fused.nodes.map(({ op, fused: body }) => `${op}${body ? '+' : ''}`)).toContain('matmul+');
  const results = [graph, fused].map(async (either) => {
    const w = floats([3, 2], [0.3, -0.7, 1.1, 0.2, -0.4, 0.9]);
    const program = await createPlainExecutor().compile(either, new Map([['w', w]]));
    const inputs = { x: floats([2, 3], [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]), bias: floats([2], [0.7, -0.1]) };
    return [await program.run(inputs), await program.run(inputs), await program.read(['w'])];
  });
  expect(await results[1]).toEqual(await results[0]);
});

it('computes in float64 where asked to', async () => {
  const program = await createPlainExecutor({ precision: 'float64' }).compile(relu, new Map());
  const { y } = await program.run({ x: { shape: [3], data: Float64Array.of(-1, 1 + 2 ** -40, 2) } });
  expect(y!.data).toEqual(Float64Array.of(0, 1 + 2 ** -40, 2));
});

it('leaves no tensor behind', async () => {
  const tf = await cpuBackend();
  const before = tf.memory().numTensors;
  const program = await createTfjsExecutor(tf).compile(followers, new Map());
  const held = tf.memory().numTensors;
  await program.run({ x: floats([2], [1, 2]) });
  await program.steps(2, { x: Float32Array.of(1, 2, 3, 4) });
  await program.write(new Map([['first', floats([2], [1, 2])]]));
  await expect(program.steps(1, { x: Float32Array.of(1) })).rejects.toThrow();
  expect(tf.memory().numTensors).toBe(held);
  program.dispose();
  expect(tf.memory().numTensors).toBe(before);
});
