/** Pools, resized images, and the gradients of both. */
import type { Node, Shape } from '../../../graph/graph.ts';
import { type ResizeMethod, sourcesAlong } from '../../../graph/operators/resize2d.ts';
import type { LowerContext, Lowering } from './lowering.ts';
import { windowsOf, windowWords } from './windows.ts';

/** `inputs`: places of x, y and dy in the node's inputs. */
function addPool(
  context: LowerContext,
  node: Node,
  kernel: string,
  image: Shape,
  inputs: readonly (number | null)[],
): void {
  const windows = windowsOf(node, image, node.attributes.size as number[]);
  context.add(kernel, [
    context.at(node),
    ...inputs.map((place) => (place === null ? 0 : context.at(context.input(node, place)))),
    ...windowWords(windows, image[3]!),
  ]);
}

export const lowerMaxPool: Lowering = (context, node) =>
  addPool(context, node, 'max_pool', context.input(node, 0).shape, [0, null, null]);
export const lowerMaxPoolGradient: Lowering = (context, node) =>
  addPool(context, node, 'max_pool_gradient', node.shape, [0, 1, 2]);
export const lowerAveragePool: Lowering = (context, node) =>
  addPool(context, node, 'average_pool', context.input(node, 0).shape, [0, null, null]);
export const lowerAveragePoolGradient: Lowering = (context, node) =>
  addPool(context, node, 'average_pool_gradient', node.shape, [null, null, 0]);

function addResize(context: LowerContext, node: Node, kernel: string, image: Shape, other: Shape): void {
  const method = node.attributes.method as ResizeMethod;
  const words = (axis: 1 | 2) =>
    sourcesAlong(image[axis]!, other[axis]!, method).flatMap(({ from, next, weight }) => [
      from,
      next,
      floatBits(weight),
    ]);
  context.add(kernel, [
    context.at(node),
    context.at(context.input(node, 0)),
    ...image,
    other[1]!,
    other[2]!,
    ...words(1),
    ...words(2),
  ]);
}

const floatBits = (x: number): number => new Int32Array(Float32Array.of(x).buffer)[0]!;

export const lowerResize: Lowering = (context, node) =>
  addResize(context, node, 'resize2d', context.input(node, 0).shape, node.shape);
export const lowerResizeGradient: Lowering = (context, node) =>
  addResize(context, node, 'resize2d_gradient', node.shape, context.input(node, 0).shape);
