/** The graphs that docs/engine.md prints, made by running the code it tells of; engine-page.test.ts compares. */
import type { Graph } from '../graph.ts';
import { type ReadSpan, readsOf } from '../memory/spans.ts';
import { type MemoryPlan, planMemory, type Region } from '../memory-plan.ts';
import { sizeOf } from '../operator.ts';
import { type TensorRef, type Tracer, traceGraph } from '../ops.ts';
import { printGraph } from '../print-graph.ts';
import { trainStep } from '../train-step.ts';
import { shareCommonSubexpressions } from './common-subexpressions.ts';
import { removeDeadCode } from './dead-code.ts';
import { foldConstants } from './fold-constants.ts';
import { fuseElementwise } from './fuse.ts';
import { optimize } from './optimize.ts';
import { simplify } from './simplify.ts';
import { sinkUpdates } from './sink-updates.ts';

const loss = traceGraph(({ ops, input, parameter }) => {
  const x = input('x', [8, 4]);
  const target = input('target', [8, 3]);
  const w = parameter('w', [4, 3], 'glorotUniform');
  const b = parameter('b', [3], 'zeros');
  const y = ops.relu(ops.add(ops.matmul(x, w), b));
  const error = ops.subtract(y, target);
  return { loss: ops.mean(ops.multiply(error, error), { axes: [0, 1] }) };
});
const step = trainStep(loss, { type: 'sgd', learningRate: 0.1, momentum: 0.9 }).graph;
const finished = optimize(step, { fuse: true });

/** A pass before and after, on `y` made of the input `x` [4, 6]. */
function beforeAndAfter(
  name: string,
  passes: readonly ((graph: Graph) => Graph)[],
  build: (tracer: Tracer, x: TensorRef) => TensorRef,
): Record<string, string> {
  const graph = traceGraph((tracer) => ({ y: build(tracer, tracer.input('x', [4, 6])) }));
  const after = passes.reduce((current, pass) => pass(current), graph);
  return { [`${name}, before`]: printGraph(graph), [`${name}, after`]: printGraph(after) };
}

export const examples: Readonly<Record<string, string>> = {
  traced: printGraph(loss),
  'training step': printGraph(step),
  ...beforeAndAfter('fold', [foldConstants, removeDeadCode], ({ ops }, x) =>
    ops.multiply(x, ops.sqrt(ops.divide(ops.constant(2), ops.constant(8)))),
  ),
  ...beforeAndAfter('simplify', [simplify, removeDeadCode], ({ ops }, x) => {
    const swapped = ops.transpose(x, { permutation: [1, 0] });
    const product = ops.matmul(ops.divide(x, ops.constant(4)), swapped);
    return ops.add(product, ops.broadcastTo(ops.negate(ops.constant(3)), { shape: [4, 4] }));
  }),
  ...beforeAndAfter('share', [shareCommonSubexpressions], ({ ops }, x) =>
    ops.multiply(ops.sigmoid(x), ops.subtract(ops.constant(1), ops.sigmoid(x))),
  ),
  ...beforeAndAfter('fuse', [fuseElementwise], ({ ops, parameter }, x) => {
    const y = ops.add(ops.matmul(x, parameter('w', [6, 8], 'zeros')), parameter('b', [8], 'zeros'));
    return ops.multiply(y, ops.sigmoid(y));
  }),
  ...beforeAndAfter('stride', [fuseElementwise], ({ ops }, x) => {
    const half = (begin: number) => ops.slice(x, { begin: [0, begin], size: [4, 3] });
    return ops.transpose(ops.multiply(ops.tanh(half(0)), ops.sigmoid(half(3))), { permutation: [1, 0] });
  }),
  ...beforeAndAfter('sink', [sinkUpdates], ({ ops, parameter, update }, x) => {
    const mean = parameter('mean', [6], 'zeros', { trainable: false });
    const now = ops.mean(x, { axes: [0] });
    update(mean, ops.add(ops.multiply(mean, ops.constant(0.9)), ops.multiply(now, ops.constant(0.1))));
    return ops.subtract(x, mean);
  }),
  finished: printGraph(finished),
  memory: pictureOf(finished, planMemory(finished)),
};

/** A line for each step: `r` the memory that it reads, `W` that it writes, `U` both; a character is four elements. */
function pictureOf(graph: Graph, plan: MemoryPlan): string {
  const regions: readonly Region[] = ['inputs', 'parameters', 'constants', 'temporaries', 'outputs'];
  const cells = (region: Region) => Math.max(Math.ceil(plan.sizes[region] / 4), 1);
  const heading = regions.map((region) => region.slice(0, cells(region)).padEnd(cells(region)));
  const lines = plan.steps.map((action) => {
    const bars = new Map(regions.map((region) => [region, new Array<string>(cells(region)).fill('·')]));
    const mark = (
      { region, offset }: { region: Region; offset: number },
      size: number,
      letter: 'r' | 'W',
    ) => {
      const bar = bars.get(region)!;
      for (let cell = Math.floor(offset / 4); cell < Math.ceil((offset + size) / 4); cell++) {
        bar[cell] = letter === 'W' && bar[cell] === 'r' ? 'U' : letter;
      }
    };
    const text = () => regions.map((region) => bars.get(region)!.join('')).join(' ');
    if (action.kind === 'copy') {
      mark(action.from, action.size, 'r');
      mark(action.to, action.size, 'W');
      return `${text()}  copy`;
    }
    const node = graph.nodes[action.node]!;
    const place = (span: Pick<ReadSpan, 'node' | 'offset'>) => {
      const { region, offset } = plan.places[span.node]!;
      return { region, offset: offset + span.offset };
    };
    for (const read of readsOf(node, graph.nodes)) mark(place(read), read.size, 'r');
    mark(plan.places[node.id]!, sizeOf(node.shape), 'W');
    return `${text()}  %${node.id} ${node.op}`;
  });
  return [`${heading.join(' ')}  step`, ...lines, ''].join('\n');
}
