import { expect, it } from 'vitest';
import { createPlainExecutor } from '../../executors/plain/plain-executor.ts';
import { gaussian } from '../../graph/gaussian.ts';
import { traceGraph } from '../../graph/ops.ts';
import { gaussianNoise } from './gaussian-noise.ts';

async function drawn(step: number, seed: number, count = 20_000): Promise<number[]> {
  const graph = traceGraph(({ ops, input }) => ({
    y: gaussian(ops, input('step', [], 'int32'), { shape: [count], seed }),
  }));
  const program = await createPlainExecutor().compile(graph, new Map());
  return [...(await program.run({ step: { shape: [], data: Int32Array.of(step) } })).y!.data];
}

/** Mean of the k-th powers. */
const moment = (values: readonly number[], k: number) =>
  values.reduce((sum, x) => sum + x ** k, 0) / values.length;

it.each([
  ['in a graph', () => drawn(3, 7)],
  ['on the host', async () => [...gaussianNoise(7, 20_000)]],
])('moments of the standard Gaussian, %s', async (_, draw) => {
  const values = await draw();
  // within four standard errors: √(1, 2, 15, 96 / 20,000)
  expect(Math.abs(moment(values, 1))).toBeLessThan(0.029);
  expect(Math.abs(moment(values, 2) - 1)).toBeLessThan(0.04);
  expect(Math.abs(moment(values, 3))).toBeLessThan(0.11);
  expect(Math.abs(moment(values, 4) - 3)).toBeLessThan(0.28);
  const within = values.filter((x) => Math.abs(x) < 1).length / values.length;
  expect(Math.abs(within - 0.6827)).toBeLessThan(0.014);
});

it('follows from seed and step, and neighbours do not go together', async () => {
  const [first, again, later, other] = await Promise.all([
    drawn(3, 7),
    drawn(3, 7),
    drawn(4, 7),
    drawn(3, 8),
  ]);
  expect(again).toEqual(first);
  const together = (a: readonly number[], b: readonly number[]) =>
    Math.abs(a.reduce((sum, x, i) => sum + x * b[i]!, 0)) / a.length;
  expect(together(first, later)).toBeLessThan(0.029);
  expect(together(first, other)).toBeLessThan(0.029);
  expect(together(first.slice(1), first)).toBeLessThan(0.029);
});
