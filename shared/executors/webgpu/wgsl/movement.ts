/** Copies into a larger whole: concat and pad; and the plan's own copies. */

import { sizeOf } from '../../../graph/operator.ts';
import { stridesOf } from '../../../graph/strided.ts';
import { type Generator, read, write } from '../context.ts';
import type { Kernel, Operand } from '../kernel.ts';
import { Code } from './body.ts';
import { kernelOfElements, mapKernel } from './map.ts';

/** Reads the part in which an element lies: a chain of selections along the axis. */
export const concat: Generator = (context) => {
  const { node, shapes } = context;
  const { axis } = node.attributes as { axis: number };
  const inner = sizeOf(node.shape.slice(axis + 1));
  const length = node.shape[axis]!;
  const parts = shapes.flatMap((shape, input) => {
    const operand = context.input(input);
    return operand.size > 0 ? [{ extent: shape[axis]!, operand }] : [];
  });
  const quads = inner % 4 === 0 && parts.every(({ operand }) => operand.place.offset % 4 === 0);
  return [
    mapKernel(context, {
      uses: parts.map(({ operand }) => read(operand, quads)),
      quads,
      value(code, access, i, width) {
        const place = code.let(`(${i} / ${inner}u) % ${length}u`);
        const outer = code.let(`${i} / ${inner * length}u`);
        const rest = code.let(`${i} % ${inner}u`);
        code.add(`var part = ${width === 4 ? 'vec4f()' : '0.0'};`);
        let before = 0;
        const branches = parts.map(({ extent }, n) => {
          const at = `(${outer} * ${extent}u + ${place} - ${before}u) * ${inner}u + ${rest}`;
          before += extent;
          const value = width === 4 ? access.load4(n, at) : access.load(n, at);
          return `if (${place} < ${before}u) { part = ${value}; }`;
        });
        code.add(branches.join(' else '));
        return 'part';
      },
    }),
  ];
};

export const pad: Generator = (context) => {
  const { node, shapes } = context;
  const { before } = node.attributes as { before: readonly number[] };
  const shape = shapes[0]!;
  const strides = stridesOf(shape);
  const outStrides = stridesOf(node.shape);
  if (sizeOf(shape) === 0) {
    return [mapKernel(context, { uses: [], quads: false, value: () => '0.0' })];
  }
  return [
    mapKernel(context, {
      uses: [read(context.input(0))],
      quads: false,
      value(code, access, i) {
        const inside: string[] = [];
        const terms: string[] = [];
        for (const [axis, extent] of node.shape.entries()) {
          const index = code.let(`(${i} / ${outStrides[axis]}u) % ${extent}u - ${before[axis]}u`);
          inside.push(`${index} < ${shape[axis]}u`);
          terms.push(`${index} * ${strides[axis]}u`);
        }
        const within = code.let(inside.join(' && ') || 'true');
        const at = code.let(`select(0u, ${terms.join(' + ') || '0u'}, ${within})`);
        return `select(0.0, ${access.load(0, at)}, ${within})`;
      },
    }),
  ];
};

/** `size` elements as they are, bits and all. */
export function copyKernel(from: Operand, to: Operand): Kernel {
  const wide = from.size % 4 === 0 && from.place.offset % 4 === 0 && to.place.offset % 4 === 0;
  return kernelOfElements('copy', [read(from, wide), write(to, wide)], {
    count: from.size / (wide ? 4 : 1),
    wide,
    sameIndex: [true, true],
    emit(access) {
      const code = new Code();
      const value = code.let(wide ? access.load4(0, 'i') : access.load(0, 'i'));
      code.add(wide ? access.store4(1, 'i', value) : access.store(1, 'i', value));
      return String(code);
    },
  });
}
