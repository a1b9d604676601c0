import { describe, expect, it } from 'vitest';
import { diffGraphs } from './diff-graphs.ts';
import { type Ops, type TensorRef, traceGraph } from './ops.ts';

const graphOf = (build: (ops: Ops, x: TensorRef) => TensorRef) =>
  traceGraph(({ ops, input }) => ({ y: build(ops, input('x', [2])) }));
const before = graphOf((o, x) => o.tanh(o.exp(o.sqrt(o.abs(x)))));

describe('diffGraphs', () => {
  it('says nothing of equal graphs', () => {
    expect(diffGraphs(before, before)).toBe('');
  });

  it('shows what came in and what reads it, not what was only renumbered', () => {
    const after = graphOf((o, x) => o.tanh(o.exp(o.sqrt(o.abs(o.relu(x))))));
    expect(diffGraphs(before, after)).toBe(
      [
        '  %0 = input {name: x} : [2]',
        "+ %1' = relu(%0) : [2]",
        '- %1 = abs(%0) : [2]',
        "+ %1 = abs(%1') : [2]",
        '  %2 = sqrt(%1) : [2]',
        '  %3 = exp(%2) : [2]',
        '  …',
        '',
      ].join('\n'),
    );
  });

  it('shows what went, and the outputs where they are others', () => {
    const after = graphOf((o, x) => o.exp(o.sqrt(o.abs(x))));
    expect(diffGraphs(before, after)).toBe(
      [
        '  …',
        '  %2 = sqrt(%1) : [2]',
        '  %3 = exp(%2) : [2]',
        '- %4 = tanh(%3) : [2]',
        '- return {y: %4}',
        '+ return {y: %3}',
        '',
      ].join('\n'),
    );
  });
});
