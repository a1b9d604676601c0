/** Reductions over axes, and those over rows that softmax is. */

import type { Node } from '../../../graph/graph.ts';
import { sizeOf } from '../../../graph/operator.ts';
import { keptShape } from '../../../graph/reduce.ts';
import { stridesOf } from '../../../graph/strided.ts';
import { collapse } from './collapse.ts';
import type { LowerContext, Lowering } from './lowering.ts';

const kinds = ['sum', 'mean', 'max'];

export const lowerReduce: Lowering = (context, node) => {
  const x = context.input(node, 0);
  const axes = node.attributes.axes as readonly number[];
  const kept = stridesOf(keptShape(x.shape, axes));
  const outStrides = kept.map((stride, axis) => (axes.includes(axis) ? 0 : stride));
  const { sizes, strides } = collapse(x.shape, [stridesOf(x.shape), outStrides]);
  const [xSteps, outSteps] = strides as [number[], number[]];

  // The inner part takes the last axis, and the reduced one before it if the last is kept.
  const last = sizes.pop()!;
  xSteps.pop();
  const isRun = outSteps.pop() === 0;
  let [rows, columns] = isRun ? [last, 1] : [1, last];
  if (!isRun && outSteps.at(-1) === 0) {
    rows = sizes.pop()!;
    xSteps.pop();
    outSteps.pop();
  }
  const size = sizeOf(node.shape);
  context.add('reduce', [
    context.at(node),
    context.at(x),
    kinds.indexOf(node.op),
    size,
    size === 0 ? 0 : sizeOf(x.shape) / size,
    rows,
    columns,
    sizes.length,
    ...sizes,
    ...xSteps,
    ...outSteps,
  ]);
};

const softmaxWords = (context: LowerContext, node: Node): number[] => {
  const [x, labels, dy] = node.inputs.map((_, i) => context.input(node, i));
  const width = x!.shape.at(-1) ?? 1;
  return [
    context.at(node),
    context.at(x!),
    width === 0 ? 0 : sizeOf(x!.shape) / width,
    width,
    labels ? context.at(labels) : 0,
    dy ? context.at(dy) : 0,
  ];
};

export const lowerSoftmax: Lowering = (context, node) => context.add('softmax', softmaxWords(context, node));
export const lowerSoftmaxCrossEntropy: Lowering = (context, node) => {
  context.scratch(context.input(node, 0).shape[1]!);
  context.add('softmax_cross_entropy', softmaxWords(context, node));
};
export const lowerSoftmaxCrossEntropyGradient: Lowering = (context, node) =>
  context.add('softmax_cross_entropy_gradient', softmaxWords(context, node));
