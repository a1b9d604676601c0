/** What every executor promises beside right numbers: see `Executor` and `Program`. Each check throws where it does not hold. */
import type { Executor, Program } from '../../../shared/executors/executor.ts';
import type { Graph, TensorData, TensorValue } from '../../../shared/graph/graph.ts';
import { type Tracer, traceGraph } from '../../../shared/graph/ops.ts';
import type { Problems } from './operators.ts';

const floats = (...data: number[]): TensorValue => ({ shape: [data.length], data: Float32Array.from(data) });
const ints = (...data: number[]): TensorValue<Int32Array> => ({
  shape: [data.length],
  data: Int32Array.from(data),
});
const scalar = (x: number): TensorValue => ({ shape: [], data: Float32Array.of(x) });

function same(what: string, actual: TensorData | undefined, ...expected: number[]): void {
  const shown = actual && Array.from(actual).join(', ');
  if (shown !== expected.join(', ')) throw new Error(`${what}: ${shown}, expected ${expected.join(', ')}`);
}

async function rejects(what: string, promise: Promise<unknown>, code: string, named: RegExp): Promise<void> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason as Error & { code?: string },
  );
  if (!error) throw new Error(`${what} was taken`);
  if (error.code !== code || !named.test(error.message)) {
    throw new Error(`${what} was refused with ${error.code}: ${error.message}`);
  }
}

/** p ← p + x, giving p as it was; q is not touched. */
const counter = (tracer: Tracer) => {
  const p = tracer.parameter('p', [2], 'zeros');
  const sum = tracer.ops.add(p, tracer.input('x', []));
  tracer.update(p, sum);
  return { before: tracer.ops.multiply(p, tracer.ops.constant(1)), sum };
};

type Check = (executor: Executor) => Promise<void>;
const withProgram =
  (
    build: (
      tracer: Tracer,
    ) => Record<string, { id: number; shape: readonly number[]; dtype: 'float32' | 'int32' }>,
    values: Record<string, TensorValue<TensorData>>,
    check: (program: Program) => Promise<void>,
  ): Check =>
  async (executor) => {
    const program = await executor.compile(traceGraph(build), new Map(Object.entries(values)));
    try {
      await check(program);
    } finally {
      program.dispose();
    }
  };

const checks: Record<string, Check> = {
  'refuses an operator it lacks, by name': async (executor) => {
    const graph = traceGraph(({ ops, input }) => ({ y: ops.relu(input('x', [2])) }));
    const nodes = graph.nodes.map((node) => (node.op === 'relu' ? { ...node, op: 'swirl' } : node));
    await rejects('swirl', executor.compile({ ...graph, nodes } as Graph, new Map()), 'unsupported', /swirl/);
  },

  'refuses inputs that are missing, or of another shape or dtype': withProgram(
    ({ ops, input }) => ({ y: ops.relu(input('x', [2])) }),
    {},
    async (program) => {
      await rejects('nothing', program.run({}), 'invalid_request', /"x"/);
      await rejects('three elements', program.run({ x: floats(1, 2, 3) }), 'invalid_request', /\[3\].*\[2\]/);
      await rejects('int32', program.run({ x: ints(1, 2) }), 'invalid_request', /float32/);
      await rejects(
        'three runs for two',
        program.steps(2, { x: new Float32Array(6) }),
        'invalid_request',
        /"x"/,
      );
      same('after that', (await program.run({ x: floats(-1, 2) })).y!.data, 0, 2);
    },
  ),

  'refuses parameters that do not fit, and leaves the others': withProgram(
    counter,
    { p: floats(1, 2) },
    async (program) => {
      const wrong = new Map<string, TensorValue>([
        ['p', floats(9, 9)],
        ['other', floats(1)],
      ]);
      await rejects('an unknown parameter', program.write(wrong), 'invalid_request', /"other"/);
      await rejects(
        'three elements',
        program.write(new Map([['p', floats(1, 2, 3)]])),
        'invalid_request',
        /"p"/,
      );
      await rejects('an unknown parameter', program.read(['other']), 'invalid_request', /"other"/);
      same('p', (await program.read(['p'])).get('p')!.data, 1, 2);
    },
  ),

  'starts parameters without a value at zero': withProgram(counter, {}, async (program) => {
    same('sum', (await program.run({ x: scalar(5) })).sum!.data, 5, 5);
  }),

  'updates after the run': withProgram(counter, { p: floats(1, 2) }, async (program) => {
    const { before, sum } = await program.run({ x: scalar(10) });
    same('before', before!.data, 1, 2);
    same('sum', sum!.data, 11, 12);
    same('p', (await program.read(['p'])).get('p')!.data, 11, 12);
  }),

  'updates from what others were before the run': withProgram(
    ({ ops, parameter, update }) => {
      const a = parameter('a', [2], 'zeros');
      const b = parameter('b', [2], 'zeros');
      update(a, b);
      update(b, a);
      return { sum: ops.add(a, b), late: ops.subtract(a, b) };
    },
    { a: floats(1, 2), b: floats(30, 40) },
    async (program) => {
      same('late', (await program.run({})).late!.data, -29, -38);
      const after = await program.read(['b', 'a']);
      same('a', after.get('a')!.data, 30, 40);
      same('b', after.get('b')!.data, 1, 2);
    },
  ),

  'steps are runs': withProgram(counter, { p: floats(1, 2) }, async (program) => {
    const { before, sum } = await program.steps(3, { x: Float32Array.of(1, 10, 100) });
    same('before', before, 1, 2, 2, 3, 12, 13);
    same('sum', sum, 2, 3, 12, 13, 112, 113);
    same('the run after', (await program.run({ x: scalar(1000) })).before!.data, 112, 113);
    await program.write(new Map([['p', floats(-1, -2)]]));
    same('after writing', (await program.steps(1, { x: Float32Array.of(1) })).sum, 0, -1);
    same('none', (await program.steps(0, { x: new Float32Array(0) })).sum);
  }),

  'many steps in a call': withProgram(counter, { p: floats(0, 1) }, async (program) => {
    const { sum } = await program.steps(1000, { x: new Float32Array(1000).fill(2) });
    same('the last', sum!.slice(-2), 2000, 2001);
  }),

  'keeps whole numbers whole': withProgram(
    ({ ops, parameter, input, update }) => {
      const order = parameter('order', [4], 'zeros', { dtype: 'int32', trainable: false });
      const places = ops.sliceAt(order, input('offset', [], 'int32'), { size: 2 });
      update(order, ops.gather(order, ops.constant(Int32Array.of(3, 2, 1, 0), [4])));
      return { rows: ops.gather(parameter('rows', [3], 'zeros'), places) };
    },
    { order: ints(2, 0, 1, 2), rows: floats(10, 20, 30) },
    async (program) => {
      same('rows', (await program.steps(2, { offset: Int32Array.of(1, 0) })).rows, 10, 20, 30, 20);
      const { data } = (await program.read(['order'])).get('order')!;
      if (!(data instanceof Int32Array)) throw new Error('order came back as floats');
      same('order', data, 2, 0, 1, 2);
      await program.write(new Map([['order', ints(16_777_217, 1, 1, 1)]])); // no float32
      same('order', (await program.read(['order'])).get('order')!.data, 16_777_217, 1, 1, 1);
    },
  ),

  'gives inputs, parameters and constants as outputs, and one value under two names': withProgram(
    ({ ops, parameter, input }) => {
      const y = ops.negate(input('unused', [2]));
      const x = input('x', [2]);
      return {
        x,
        p: parameter('p', [2], 'zeros'),
        c: ops.constant(Float32Array.of(7, 8), [2]),
        y,
        again: y,
        part: ops.slice(x, { begin: [1], size: [1] }),
      };
    },
    { p: floats(3, 4) },
    async (program) => {
      const all = await program.run({ x: floats(1, 2), unused: floats(5, 6) });
      same('x', all.x!.data, 1, 2);
      same('p', all.p!.data, 3, 4);
      same('c', all.c!.data, 7, 8);
      same('y', all.y!.data, -5, -6);
      same('again', all.again!.data, -5, -6);
      same('part', all.part!.data, 2);
    },
  ),

  'gives values that stay': withProgram(
    ({ ops, input }) => ({ y: ops.negate(input('x', [2])) }),
    {},
    async (program) => {
      const given = floats(1, 2);
      const first = await program.run({ x: given });
      await program.run({ x: floats(3, 4) });
      same('the first', first.y!.data, -1, -2);
      same('what was given', given.data, 1, 2);
    },
  ),

  'keeps programs apart': async (executor) => {
    const graph = traceGraph(counter);
    const a = await executor.compile(graph, new Map([['p', floats(1, 1)]]));
    const b = await executor.compile(graph, new Map([['p', floats(2, 2)]]));
    await a.run({ x: scalar(10) });
    await b.run({ x: scalar(100) });
    a.dispose();
    same('b', (await b.read(['p'])).get('p')!.data, 102, 102);
    b.dispose();
  },

  'reads nothing outside for indices out of range': withProgram(
    ({ ops, parameter, input }) => {
      const places = input('places', [3], 'int32');
      const rows = parameter('rows', [2, 2], 'zeros');
      return {
        gathered: ops.gather(rows, places),
        scattered: ops.scatterAdd(places, input('values', [3, 2]), { rows: 2 }),
        hot: ops.oneHot(places, { depth: 2 }),
      };
    },
    { rows: { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) } },
    async (program) => {
      const values: TensorValue = { shape: [3, 2], data: Float32Array.of(1, 1, 1, 1, 1, 1) };
      // Refused, as the reference does, or moved to the nearest row, or nothing; never something else from memory.
      const bad = await program.run({ places: ints(-7, 1, 2_000_000_000), values }).catch(() => null);
      const known = new Set([0, 1, 2, 3, 4]);
      const strange = Object.values(bad ?? {})
        .flatMap(({ data }) => [...data])
        .filter((x) => !known.has(x));
      if (strange.length > 0) throw new Error(`gave ${strange}`);
      const good = await program.run({ places: ints(1, 1, 0), values });
      same('gathered', good.gathered!.data, 3, 4, 3, 4, 1, 2);
      same('scattered', good.scattered!.data, 1, 1, 2, 2);
    },
  ),

  'repeats its random numbers for the same step': withProgram(
    ({ ops, input }) => ({ y: ops.randomUniform(input('step', [], 'int32'), { shape: [2], seed: 1 }) }),
    {},
    async (program) => {
      const { y } = await program.steps(3, { step: Int32Array.of(4, 5, 4) });
      same('the third', y!.slice(4), y![0]!, y![1]!);
      if (y![2] === y![0]) throw new Error('the second is as the first');
    },
  ),
};

export const contract = Object.keys(checks);

/** What went wrong with one of `contract`, or null. */
export async function checkContract(executor: Executor, name: string): Promise<Problems[string] | null> {
  return checks[name]!(executor).then(
    () => null,
    (error: unknown) => String(error),
  );
}
