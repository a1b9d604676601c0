import { describe, expect, it } from 'vitest';
import { createPlainExecutor } from '../../executors/plain/plain-executor.ts';
import { gradientsOf } from '../../graph/gradients.ts';
import { extendGraph } from '../../graph/ops.ts';
import { wave } from '../run-entry-for-tests.ts';
import { traceAnswer, traceEvaluation, traceLoss, withHead } from '../trace-model.ts';

const LENGTH = 3;
const TOKENS = 5;
const shape = withHead(
  { inputShape: [2], features: [{ column: 'source', shape: [2] }] },
  { outputs: TOKENS, perPlace: true, alsoTakes: { column: 'said', shape: [LENGTH] } },
);
const example = {
  task: 'translation',
  rowShape: [2],
  target: { shape: [LENGTH + 1], dtype: 'int32' },
} as const;
/** Each place's logits are the kernel's row of the token that was said there, and the bias. */
const model = [{ type: 'embedding', inputs: ['feature:said'], count: TOKENS, size: TOKENS }] as const;
const spec = model.map((entry) => ({ ...entry, inputs: [...entry.inputs] }));

const float64 = createPlainExecutor({ precision: 'float64' });
const table = wave([TOKENS, TOKENS], 1);
const kernel = wave([TOKENS, TOKENS], 2);
const bias = wave([TOKENS], 3);
const weights = new Map([
  ['embedding_1/table', table],
  ['output/kernel', kernel],
  ['output/bias', bias],
]);
/** Mark, tokens, mark, padding. */
const answers = Int32Array.from([2, 3, 4, 2, 2, 4, 2, 0]);
const inputs = {
  x: { shape: [2, 2], data: Float64Array.from([1, 1, 1, 1]) },
  target: { shape: [2, LENGTH + 1], data: answers },
};

/** By hand: the logits after a token, and −ln p of the next. */
const logitsAfter = (token: number) =>
  Array.from({ length: TOKENS }, (_, out) =>
    Array.from({ length: TOKENS }, (_, i) => table.data[token * TOKENS + i]! * kernel.data[i * TOKENS + out]!)
      .concat(bias.data[out]!)
      .reduce((a, b) => a + b),
  );
const surprise = (token: number, next: number) => {
  const logits = logitsAfter(token);
  return Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0)) - logits[next]!;
};
const isRight = (token: number, next: number) =>
  logitsAfter(token).every((logit) => logit <= logitsAfter(token)[next]!) ? 1 : 0;
const steps = [
  [
    [2, 3],
    [3, 4],
    [4, 2],
  ],
  [
    [2, 4],
    [4, 2],
  ],
] as [number, number][][];
const sum = (row: [number, number][], of: (a: number, b: number) => number) =>
  row.reduce((all, [a, b]) => all + of(a, b), 0);

describe('the next token', () => {
  it('loses the surprise of each token and of the end, and nothing by padding', async () => {
    const graph = traceLoss(spec, { ...shape, ...example, batch: 2, training: true });
    const { loss } = await (await float64.compile(graph, weights)).run(inputs);
    const expected = (sum(steps[0]!, surprise) + sum(steps[1]!, surprise)) / 2;
    expect(loss!.data[0]).toBeCloseTo(expected, 10);
  });

  it('has gradients that are central differences', async () => {
    const graph = traceLoss(spec, { ...shape, ...example, batch: 2, training: true });
    const backward = extendGraph(graph, ({ ops }, nodes) => {
      const by = graph.parameters.map(({ node }) => nodes[node]!);
      const gradients = gradientsOf(ops, graph.nodes, nodes[graph.outputs[0]!.node]!, by);
      return Object.fromEntries(gradients.map((gradient, i) => [graph.parameters[i]!.name, gradient]));
    });
    const gradients = await (await float64.compile(backward, weights)).run(inputs);
    const forward = await float64.compile(graph, weights);
    const lossWith = async (name: string, place: number, change: number) => {
      const data = weights.get(name)!.data.slice();
      data[place]! += change;
      await forward.write(new Map(weights).set(name, { ...weights.get(name)!, data }));
      return (await forward.run(inputs)).loss!.data[0]!;
    };
    for (const [name, { data }] of weights) {
      for (const place of data.keys()) {
        const slope = ((await lossWith(name, place, 1e-5)) - (await lossWith(name, place, -1e-5))) / 2e-5;
        expect(Math.abs(gradients[name]!.data[place]! - slope), `${name} ${place}`).toBeLessThan(1e-8);
      }
    }
  });

  it('is judged by loss, right tokens and tokens of each row', async () => {
    const graph = traceEvaluation(spec, { ...shape, ...example, batch: 2 });
    const { y } = await (await float64.compile(graph, weights)).run(inputs);
    const expected = steps.flatMap((row) => [sum(row, surprise), sum(row, isRight), row.length]);
    expect(y!.shape).toEqual([2, 3]);
    for (const [i, value] of expected.entries()) expect(y!.data[i]).toBeCloseTo(value, 10);
  });

  it('is answered where the text so far ends', async () => {
    const graph = traceAnswer(spec, { ...shape, task: 'translation', batch: 2 });
    const x = { shape: [2, 5], data: Float64Array.from([1, 1, 2, 4, 0, 1, 1, 2, 3, 4]) };
    const { y } = await (await float64.compile(graph, weights)).run({ x });
    expect(y!.shape).toEqual([2, TOKENS]);
    for (const [i, value] of logitsAfter(4).entries()) {
      expect(y!.data[i]).toBeCloseTo(value, 10);
      expect(y!.data[TOKENS + i]).toBeCloseTo(value, 10);
    }
  });
});
