/** Resizing images with half-pixel centres, in whole numbers as far as it goes, and its gradient. */
import type { Shape } from '../../../graph/graph.ts';
import { type Generator, read } from '../context.ts';
import type { Operand } from '../kernel.ts';
import type { Code } from './body.ts';
import { mapKernel } from './map.ts';
import { placeOf } from './window-code.ts';

const isWide = (channels: number, operand: Operand) => channels % 4 === 0 && operand.place.offset % 4 === 0;

/** Declares `fromNAME`, `nextNAME` and `weightNAME`: where place `i` of `out` along an axis comes from in one of `size`. */
function sourceOf(name: string, i: string, size: number, out: number, method: string): string {
  if (method === 'nearest') {
    return `let from${name} = ((2u * ${i} + 1u) * ${size}u) / ${2 * out}u;
let next${name} = from${name};
let weight${name} = 0.0;`;
  }
  // Moved up by one pixel, so that nothing is below zero.
  return `let centre${name} = (2u * ${i} + 1u) * ${size}u + ${out}u;
let from${name} = max(centre${name} / ${2 * out}u, 1u) - 1u;
let next${name} = min(centre${name} / ${2 * out}u, ${size - 1}u);
let weight${name} = f32(centre${name} % ${2 * out}u) / ${2 * out}.0;`;
}

export const resize2d: Generator = (context) => {
  const [, height, width, channels] = context.shapes[0] as [number, number, number, number];
  const { node } = context;
  const { method } = node.attributes as { method: string };
  const x = context.input(0);
  const quads = isWide(channels, x);
  return [
    mapKernel(context, {
      uses: [read(x, quads)],
      quads,
      value(code: Code, access, i, lanes) {
        const out = placeOf(code, i, node.shape[1]!, node.shape[2]!, channels);
        const load = (y: string, x: string) => {
          const at = `((${out.image} * ${height}u + ${y}) * ${width}u + ${x}) * ${channels}u + ${out.channel}`;
          return lanes === 4 ? access.load4(0, at) : access.load(0, at);
        };
        code.add(sourceOf('Y', out.y, height, node.shape[1]!, method));
        code.add(sourceOf('X', out.x, width, node.shape[2]!, method));
        code.add(`var total = ${load('fromY', 'fromX')} * ((1.0 - weightY) * (1.0 - weightX));
if (weightX > 0.0) { total += ${load('fromY', 'nextX')} * ((1.0 - weightY) * weightX); }
if (weightY > 0.0) { total += ${load('nextY', 'fromX')} * (weightY * (1.0 - weightX)); }
if (weightY > 0.0 && weightX > 0.0) { total += ${load('nextY', 'nextX')} * (weightY * weightX); }`);
        return 'total';
      },
    }),
  ];
};

export const resize2dGradient: Generator = (context) => {
  const [, outHeight, outWidth, channels] = context.shapes[0] as [number, number, number, number];
  const { method, inputShape } = context.node.attributes as { method: string; inputShape: Shape };
  const [, height, width] = inputShape as [number, number, number, number];
  const dy = context.input(0);
  const quads = isWide(channels, dy);
  /** Places of the output that may have drawn on place `at`: some too many, whose share is then found to be zero. */
  const around = (name: string, at: string, size: number, out: number) =>
    `let first${name} = u32(max(i32(((${at}) * ${out}u) / ${size}u) - ${Math.ceil(out / size) + 1}, 0));
let end${name} = min(((${at} + 2u) * ${out}u) / ${size}u + 2u, ${out}u);`;
  const share = (name: string, at: string) =>
    `let share${name} = select(0.0, 1.0 - weight${name}, from${name} == ${at}) + select(0.0, weight${name}, next${name} == ${at});`;
  return [
    mapKernel(context, {
      uses: [read(dy, quads)],
      quads,
      value(code, access, i, lanes) {
        const pixel = placeOf(code, i, height, width, channels);
        const at = `((${pixel.image} * ${outHeight}u + row) * ${outWidth}u + column) * ${channels}u + ${pixel.channel}`;
        code.add(`${around('Y', pixel.y, height, outHeight)}
${around('X', pixel.x, width, outWidth)}
var total = ${lanes === 4 ? 'vec4f()' : '0.0'};
for (var row = firstY; row < endY; row++) {
${sourceOf('Y', 'row', height, outHeight, method)}
${share('Y', pixel.y)}
for (var column = firstX; column < endX; column++) {
${sourceOf('X', 'column', width, outWidth, method)}
${share('X', pixel.x)}
if (shareY * shareX > 0.0) { total += ${lanes === 4 ? access.load4(0, at) : access.load(0, at)} * (shareY * shareX); }
}
}`);
        return 'total';
      },
    }),
  ];
};
