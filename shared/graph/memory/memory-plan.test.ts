/** Memory plans small enough to check by hand; passes/optimize.test.ts runs random graphs by theirs. */
import { describe, expect, it } from 'vitest';
import { type MemoryPlan, planMemory } from '../memory-plan.ts';
import type { TensorRef } from '../ops.ts';
import { type Tracer, traceGraph } from '../ops.ts';
import { compilePlan } from './run-plan-for-tests.ts';

const planOf = (build: (tracer: Tracer) => Record<string, TensorRef>, align?: number): MemoryPlan =>
  planMemory(traceGraph(build), align === undefined ? {} : { align });
const ran = ({ steps }: MemoryPlan) => steps.map((step) => (step.kind === 'run' ? step.node : 'copy'));

describe('planMemory', () => {
  it('lets reshapes and contiguous slices lie in what they view', () => {
    const plan = planOf(({ ops, parameter }) => {
      const w = parameter('w', [12], 'zeros'); // %0
      const rows = ops.reshape(ops.slice(w, { begin: [4], size: [8] }), { shape: [4, 2] }); // %1, %2
      const last = ops.slice(rows, { begin: [3, 0], size: [1, 2] }); // %3
      const column = ops.slice(rows, { begin: [0, 1], size: [4, 1] }); // %4: not contiguous
      return { y: ops.concat([ops.reshape(last, { shape: [2, 1] }), column], { axis: 0 }) };
    });
    expect(plan.places.slice(0, 4).map((place) => place?.offset)).toEqual([0, 4, 4, 10]);
    expect(ran(plan)).toEqual([4, 'copy']);
  });

  it('computes the parts of a concatenation in place, and the output where it is read', () => {
    const plan = planOf(({ ops, input }) => {
      const x = input('x', [4]); // %0
      return { y: ops.concat([ops.exp(x), ops.tanh(x), x], { axis: 0 }) }; // %1, %2, %3
    });
    expect(plan.places.slice(1)).toEqual([0, 4, 0].map((offset) => ({ region: 'outputs', offset })));
    expect(plan.steps).toEqual([
      { kind: 'run', node: 1 },
      { kind: 'run', node: 2 },
      { kind: 'copy', from: { region: 'inputs', offset: 0 }, to: { region: 'outputs', offset: 8 }, size: 4 },
    ]);
    expect(plan.sizes.temporaries).toBe(0);
  });

  it('uses memory again when its value has been read for the last time', () => {
    const plan = planOf(({ ops, input }) => {
      let y = input('x', [8, 8]);
      for (let i = 0; i < 10; i++) y = ops.softmax(y); // cannot be written over its input
      return { y };
    });
    expect(plan.sizes.temporaries).toBe(128);
    expect(plan.sizes.outputs).toBe(64);
  });

  it('lets an elementwise node write over an input that dies with it', () => {
    const plan = planOf(({ ops, input }) => {
      let y = ops.softmax(input('x', [8, 8]));
      for (let i = 0; i < 10; i++) y = ops.exp(y);
      return { y: ops.softmax(y) };
    });
    expect(plan.sizes.temporaries).toBe(64);
  });

  it('begins values at multiples of `align`', () => {
    const build = ({ ops, input }: Tracer) => {
      const x = input('x', [3]);
      return { a: ops.exp(x), b: ops.tanh(x) };
    };
    expect(planOf(build).outputs.map(({ offset }) => offset)).toEqual([0, 4]);
    expect(planOf(build, 64).outputs.map(({ offset }) => offset)).toEqual([0, 64]);
  });

  it('gives what nothing reads no place, but for inputs and parameters', () => {
    const plan = planOf(({ ops, input, parameter }) => {
      const x = input('x', [4]);
      parameter('unused', [4], 'zeros');
      ops.exp(ops.constant(1));
      return { x };
    });
    expect(plan.places.map((place) => place?.region ?? null)).toEqual(['inputs', 'parameters', null, null]);
  });
});

describe('updates', () => {
  const values = (...entries: [string, number[]][]) =>
    Object.fromEntries(
      entries.map(([name, data]) => [name, { shape: [data.length], data: Float32Array.from(data) }]),
    );

  it('are written over the old value where nothing reads it afterwards', () => {
    const plan = planOf(({ ops, parameter, update }) => {
      const w = parameter('w', [4], 'zeros');
      const old = ops.exp(w);
      update(w, ops.add(w, old));
      return { old };
    });
    expect(plan.places.at(-1)).toEqual({ region: 'parameters', offset: 0 });
    expect(ran(plan)).toEqual([1, 2]);
  });

  it.each([
    ['a later node', (w: TensorRef, next: TensorRef, { ops }: Tracer) => ops.multiply(next, ops.exp(w))],
    ['an output', (w: TensorRef) => w],
  ])('are copied in at the end, or the old value out at the start, where it is read by %s', (_, read) => {
    const graph = traceGraph((tracer) => {
      const w = tracer.parameter('w', [2], 'zeros');
      const next = tracer.ops.add(w, tracer.ops.constant(1));
      tracer.update(w, next);
      return { y: read(w, next, tracer) };
    });
    expect(planMemory(graph).steps.filter(({ kind }) => kind === 'copy')).toHaveLength(1);
    const program = compilePlan(graph, values(['w', [0, 5]]));
    const { y } = program.run({});
    expect([...program.read('w')]).toEqual([1, 6]);
    expect(y!.data[0]).toBe(read.length === 1 ? 0 : 1); // 0, or 1 · e⁰
  });

  it('may swap two parameters', () => {
    const graph = traceGraph(({ parameter, update }) => {
      const [v, w] = [parameter('v', [2], 'zeros'), parameter('w', [2], 'zeros')];
      update(v, w);
      update(w, v);
      return {};
    });
    const program = compilePlan(graph, values(['v', [1, 2]], ['w', [3, 4]]));
    program.run({});
    expect([...program.read('v'), ...program.read('w')]).toEqual([3, 4, 1, 2]);
  });

  it('may move a parameter along itself', () => {
    const graph = traceGraph(({ ops, parameter, input, update }) => {
      const last = parameter('last', [3], 'zeros'); // the newest three of a series
      const kept = ops.slice(last, { begin: [1], size: [2] });
      update(last, ops.concat([kept, input('x', [1])], { axis: 0 }));
      return {};
    });
    const program = compilePlan(graph, values(['last', [1, 2, 3]]));
    program.run(values(['x', [4]]));
    expect([...program.read('last')]).toEqual([2, 3, 4]);
  });
});
