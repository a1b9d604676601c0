import { expect, it } from 'vitest';
import { diffGraphs } from './diff-graphs.ts';
import { traceGraph } from './ops.ts';

const graph = (bias: boolean) =>
  traceGraph(({ ops, input }) => {
    const x = input('x', [2, 3]);
    const y = bias ? ops.add(x, ops.constant(1)) : x;
    return { y: ops.relu(y) };
  });

it('is empty for graphs that do the same', () => {
  expect(diffGraphs(graph(true), graph(true))).toBe('');
});

it('shows what only one of them has, whatever the numbers', () => {
  const text = diffGraphs(graph(false), graph(true));
  const lines = text.split('\n');
  expect(lines.some((line) => line.startsWith('+') && line.includes('add'))).toBe(true);
  expect(lines.some((line) => line.startsWith('-') && line.includes('add'))).toBe(false);
});
