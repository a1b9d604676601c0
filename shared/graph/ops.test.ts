import { describe, expect, it } from 'vitest';
import { traceGraph } from './ops.ts';
import { printGraph } from './print-graph.ts';

describe('traceGraph', () => {
  it('writes down what is called, as readable text', () => {
    const graph = traceGraph(({ ops, input, parameter }) => {
      const x = input('x', [2, 3]);
      return { y: ops.sum(ops.relu(ops.matmul(x, parameter('w', [3, 4], 'zeros'))), { axes: [0] }) };
    });
    expect(printGraph(graph)).toBe(
      [
        '%0 = input {name: x} : [2, 3]',
        '%1 = parameter {name: w} : [3, 4]',
        '%2 = matmul(%0, %1) : [2, 4]',
        '%3 = relu(%2) : [2, 4]',
        '%4 = sum(%3) {axes: [0]} : [4]',
        'return {y: %4}',
        '',
      ].join('\n'),
    );
  });

  it.each([
    ['matmul', [2, 3], [4, 2], 'takes [m, k] and [k, n], not [2, 3] and [4, 2]'],
    ['add', [2, 3], [4], 'cannot broadcast [2, 3] with [4]'],
  ] as const)('%s refuses shapes that do not fit', (name, a, b, message) => {
    const trace = () => traceGraph(({ ops, input }) => ({ y: ops[name](input('a', a), input('b', b)) }));
    expect(trace).toThrow(message);
  });

  it('refuses a window larger than the picture', () => {
    const trace = () =>
      traceGraph(({ ops, input }) => ({
        y: ops.maxPool2d(input('x', [1, 2, 2, 1]), { size: [3, 3], strides: [3, 3], padding: 'valid' }),
      }));
    expect(trace).toThrow('a window of 3×3 does not fit into 2×2');
  });
});
