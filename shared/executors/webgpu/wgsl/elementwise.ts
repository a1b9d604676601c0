/** Elementwise operators, alone and fused, and those that only read their input in another order. */

import type { Fused, Read } from '../../../graph/graph.ts';
import { broadcastStrides, stridesOf } from '../../../graph/strided.ts';
import { type Generator, type NodeContext, read } from '../context.ts';
import { bodyOf, epilogueOf } from './body.ts';
import { elementKernel, mapKernel } from './map.ts';

/** `fused`, an elementwise operator, or a movement, with what it carries. */
export const elementwise: Generator = (context) => {
  const own = programOf(context);
  const { fused } = context.node;
  if (context.node.op === 'fused' || !fused) {
    return [elementKernel(context, [], [], true, bodyOf(context, own, false))];
  }
  // The operator's own program first, then the one that it carries.
  const first = bodyOf(context, own, false);
  const rest = epilogueOf(context);
  return [
    elementKernel(context, first.uses, first.sameIndex, first.quads, rest, (code, access, i, width) =>
      first.emit(code, access, 0, i, width),
    ),
  ];
};

function programOf({ node, shapes }: NodeContext): Fused {
  const attributes = node.attributes as Record<string, readonly number[]>;
  const [x] = shapes;
  const reading = (strides: readonly number[], offset = 0): Fused => ({
    reads: [{ input: 0, offset, strides }],
    steps: [],
  });
  switch (node.op) {
    case 'fused':
      return node.fused!;
    case 'reshape':
      return reading(stridesOf(node.shape));
    case 'broadcastTo':
      return reading(broadcastStrides(x!, node.shape));
    case 'transpose': {
      const strides = stridesOf(x!);
      return reading(attributes.permutation!.map((axis) => strides[axis]!));
    }
    case 'slice': {
      const strides = stridesOf(x!);
      return reading(
        strides,
        attributes.begin!.reduce((sum, at, axis) => sum + at * strides[axis]!, 0),
      );
    }
    default: {
      const reads: Read[] = shapes.map((shape, input) => ({
        input,
        offset: 0,
        strides: broadcastStrides(shape, node.shape),
      }));
      return { reads, steps: [{ op: node.op, args: reads.map((_, i) => i) }] };
    }
  }
}

/** Between dtypes; to int32 it drops what comes after the point. */
export const cast: Generator = (context) => {
  const from = context.input(0);
  const { dtype } = context.node;
  const type = dtype === 'int32' ? 'i32' : 'f32';
  return [
    mapKernel(context, {
      uses: [read(from)],
      quads: false,
      value: (_, access, i) => `${type}(${access.load(0, i)})`,
    }),
  ];
};
