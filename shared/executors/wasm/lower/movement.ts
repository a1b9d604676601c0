/** Nodes that only move values. */
import type { Node, Shape } from '../../../graph/graph.ts';
import { sizeOf } from '../../../graph/operator.ts';
import { broadcastStrides, stridesOf } from '../../../graph/strided.ts';
import { collapse } from './collapse.ts';
import type { LowerContext, Lowering } from './lowering.ts';

interface Walk {
  address: number;
  /** In elements. */
  offset?: number;
  strides: readonly number[];
}

function addCopy(context: LowerContext, shape: Shape, from: Walk, to: Walk): void {
  if (sizeOf(shape) === 0) return;
  const { sizes, strides } = collapse(shape, [from.strides, to.strides]);
  context.add('copy_strided', [
    to.address + (to.offset ?? 0) * 4,
    from.address + (from.offset ?? 0) * 4,
    sizes.length,
    ...sizes,
    ...strides[0]!,
    ...strides[1]!,
  ]);
}

const offsetOf = (index: readonly number[], strides: readonly number[]): number =>
  index.reduce((sum, n, axis) => sum + n * strides[axis]!, 0);

export const lowerReshape: Lowering = (context, node) => {
  const whole = [sizeOf(node.shape)];
  addCopy(
    context,
    whole,
    { address: context.at(context.input(node, 0)), strides: [1] },
    { address: context.at(node), strides: [1] },
  );
};

export const lowerTranspose: Lowering = (context, node) => {
  const x = context.input(node, 0);
  const strides = stridesOf(x.shape);
  const permuted = (node.attributes.permutation as number[]).map((axis) => strides[axis]!);
  addCopy(context, node.shape, { address: context.at(x), strides: permuted }, whole(context, node));
};

export const lowerBroadcastTo: Lowering = (context, node) => {
  const x = context.input(node, 0);
  const strides = broadcastStrides(x.shape, node.shape);
  addCopy(context, node.shape, { address: context.at(x), strides }, whole(context, node));
};

export const lowerSlice: Lowering = (context, node) => {
  const x = context.input(node, 0);
  const strides = stridesOf(x.shape);
  const offset = offsetOf(node.attributes.begin as number[], strides);
  addCopy(context, node.shape, { address: context.at(x), offset, strides }, whole(context, node));
};

export const lowerPad: Lowering = (context, node) => {
  const x = context.input(node, 0);
  const strides = stridesOf(node.shape);
  const offset = offsetOf(node.attributes.before as number[], strides);
  context.add('zeros', [context.at(node), sizeOf(node.shape)]);
  addCopy(context, x.shape, whole(context, x), { address: context.at(node), offset, strides });
};

export const lowerConcat: Lowering = (context, node) => {
  const strides = stridesOf(node.shape);
  const axis = node.attributes.axis as number;
  let offset = 0;
  for (let place = 0; place < ownInputs(node); place++) {
    const part = context.input(node, place);
    addCopy(context, part.shape, whole(context, part), { address: context.at(node), offset, strides });
    offset += part.shape[axis]! * strides[axis]!;
  }
};

/** Those behind are read by the fused chain alone. */
const ownInputs = ({ inputs, fused }: Node): number =>
  Math.min(inputs.length, ...(fused?.reads ?? []).map(({ input }) => input));

const whole = (context: LowerContext, node: Node): Walk => ({
  address: context.at(node),
  strides: stridesOf(node.shape),
});

export const lowerGather: Lowering = (context, node) => {
  const [x, indices] = [context.input(node, 0), context.input(node, 1)];
  const width = sizeOf(x.shape.slice(1));
  if (x.shape[0] === 0) return context.add('zeros', [context.at(node), sizeOf(node.shape)]);
  context.add('gather', [
    context.at(node),
    context.at(x),
    context.at(indices),
    x.shape[0]!,
    width,
    sizeOf(indices.shape),
  ]);
};

export const lowerScatterAdd: Lowering = (context, node) => {
  const [indices, values] = [context.input(node, 0), context.input(node, 1)];
  const width = sizeOf(node.shape.slice(1));
  const count = node.shape[0] === 0 ? 0 : sizeOf(indices.shape);
  context.add('scatter_add', [
    context.at(node),
    context.at(values),
    context.at(indices),
    node.shape[0]!,
    width,
    count,
  ]);
};

export const lowerSliceAt: Lowering = (context, node) => {
  const [x, start] = [context.input(node, 0), context.input(node, 1)];
  context.add('slice_at', [
    context.at(node),
    context.at(x),
    context.at(start),
    x.shape[0]!,
    sizeOf(x.shape.slice(1)),
    node.shape[0]!,
  ]);
};

export const lowerOneHot: Lowering = (context, node) => {
  const indices = context.input(node, 0);
  context.add('one_hot', [
    context.at(node),
    context.at(indices),
    sizeOf(indices.shape),
    node.attributes.depth as number,
  ]);
};

export const lowerRandomUniform: Lowering = (context, node) =>
  context.add('random_uniform', [
    context.at(node),
    context.at(context.input(node, 0)),
    node.attributes.seed as number,
    sizeOf(node.shape),
  ]);
