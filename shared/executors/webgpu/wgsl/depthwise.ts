/** Depthwise convolutions: each channel by itself, to `multiplier` neighbouring ones. */
import type { Shape } from '../../../graph/graph.ts';
import { type Windows, windowsOver } from '../../../graph/window.ts';
import { type Generator, type NodeContext, read, write } from '../context.ts';
import { groupsFor, type Kernel, type Operand, WORKGROUP } from '../kernel.ts';
import { Code, startNames } from './body.ts';
import type { ConvAttributes } from './conv2d.ts';
import { mapKernel } from './map.ts';
import { sumPartials } from './reduce.ts';
import { overWindow, overWindowsOn, placeOf } from './window-code.ts';

const isWide = (channels: number, multiplier: number, operands: readonly Operand[]): boolean =>
  multiplier === 1 && channels % 4 === 0 && operands.every(({ place }) => place.offset % 4 === 0);

export const depthwiseConv2d: Generator = (context) => {
  const [image, kernel] = context.shapes as [Shape, Shape];
  const windows = windowsOver('depthwiseConv2d', image, kernel, context.node.attributes as ConvAttributes);
  const [channels, multiplier] = kernel.slice(2) as [number, number];
  const outChannels = channels * multiplier;
  const [x, w] = [context.input(0), context.input(1)];
  const quads = isWide(channels, multiplier, [x, w]);
  return [
    mapKernel(context, {
      uses: [read(x, quads), read(w, quads)],
      quads,
      value(code, access, i, width) {
        const out = placeOf(code, i, windows.outHeight, windows.outWidth, outChannels);
        const channel = multiplier === 1 ? out.channel : code.let(`${out.channel} / ${multiplier}u`);
        const load = width === 4 ? access.load4 : access.load;
        code.add(`var total = ${width === 4 ? 'vec4f()' : '0.0'};`);
        const step = (at: string, tap: string) =>
          `total += ${load(0, `${at} * ${channels}u + ${channel}`)} * ${load(1, `${tap} * ${outChannels}u + ${out.channel}`)};`;
        code.add(overWindow(windows, out, step));
        return 'total';
      },
    }),
  ];
};

export const depthwiseConv2dInputGradient: Generator = (context) => {
  const kernel = context.shapes[1]!;
  const attributes = context.node.attributes as ConvAttributes;
  const windows = windowsOver('depthwiseConv2dInputGradient', attributes.inputShape, kernel, attributes);
  const [channels, multiplier] = kernel.slice(2) as [number, number];
  const outChannels = channels * multiplier;
  const [dy, w] = [context.input(0), context.input(1)];
  const quads = isWide(channels, multiplier, [dy, w]);
  return [
    mapKernel(context, {
      uses: [read(dy, quads), read(w, quads)],
      quads,
      value(code, access, i, width) {
        const pixel = placeOf(code, i, windows.height, windows.width, channels);
        const load = width === 4 ? access.load4 : access.load;
        code.add(`var total = ${width === 4 ? 'vec4f()' : '0.0'};`);
        const step = (at: string, tap: string) => {
          const one = (j: string) =>
            `total += ${load(0, `${at} * ${outChannels}u + ${j}`)} * ${load(1, `${tap} * ${outChannels}u + ${j}`)};`;
          if (multiplier === 1) return one(pixel.channel);
          return `for (var j = ${pixel.channel} * ${multiplier}u; j < (${pixel.channel} + 1u) * ${multiplier}u; j++) { ${one('j')} }`;
        };
        code.add(overWindowsOn(windows, pixel, step));
        return 'total';
      },
    }),
  ];
};

/** A weight sums over all places of the output: shared out by rows of it, then added up. */
export const depthwiseConv2dKernelGradient: Generator = (context) => {
  const image = context.shapes[0]!;
  const attributes = context.node.attributes as ConvAttributes;
  const windows = windowsOver('depthwiseConv2dKernelGradient', image, attributes.kernelShape, attributes);
  const lines = windows.batch * windows.outHeight;
  const splits = Math.max(1, Math.min(lines, 64));
  const total = attributes.kernelShape.reduce((size, n) => size * n, 1);
  const partials = context.scratch(splits * total);
  return [
    partialGradient(context, windows, attributes.kernelShape, partials, splits),
    sumPartials(context, partials, splits),
  ];
};

function partialGradient(
  context: NodeContext,
  windows: Windows,
  kernel: Shape,
  partials: Operand,
  splits: number,
): Kernel {
  const { height, width, strides, dilations, top, left, outHeight, outWidth, size, batch } = windows;
  const [channels, multiplier] = kernel.slice(2) as [number, number];
  const outChannels = channels * multiplier;
  const [x, dy] = [context.input(0), context.input(1)];
  const wide = isWide(channels, multiplier, [x, dy]);
  const lanes = wide ? 4 : 1;
  const total = partials.size / splits;
  const threads = partials.size / lanes;
  const lines = batch * outHeight;
  const each = Math.ceil(lines / splits);
  return {
    label: context.node.op,
    uses: [read(x, wide), read(dy, wide), write(partials, wide)],
    groups: groupsFor(threads),
    emit(access) {
      startNames();
      const code = new Code();
      const load = wide ? access.load4 : access.load;
      const weight = code.let(`i % ${total}u`);
      const part = code.let(`i / ${total}u`);
      const channel = code.let(`${weight} % ${outChannels}u`);
      const tap = code.let(`${weight} / ${outChannels}u`);
      const from = multiplier === 1 ? channel : code.let(`${channel} / ${multiplier}u`);
      code.add(`var total = ${wide ? 'vec4f()' : '0.0'};
for (var line = ${part} * ${each}u; line < min((${part} + 1u) * ${each}u, ${lines}u); line++) {
let y = line % ${outHeight}u * ${strides[0]}u + ${tap} / ${size[1]}u * ${dilations[0]}u - ${top}u;
if (y >= ${height}u) { continue; }
let row = (line / ${outHeight}u * ${height}u + y) * ${width}u;
for (var place = 0u; place < ${outWidth}u; place++) {
let x = place * ${strides[1]}u + ${tap} % ${size[1]}u * ${dilations[1]}u - ${left}u;
if (x >= ${width}u) { continue; }
total += ${load(0, `(row + x) * ${channels}u + ${from}`)} * ${load(1, `(line * ${outWidth}u + place) * ${outChannels}u + ${channel}`)};
}
}`);
      code.add(wide ? access.store4(2, 'i', 'total') : access.store(2, 'i', 'total'));
      return `let thread = group * ${WORKGROUP}u + local;
if (thread >= ${threads}u) { return; }
let i = thread${wide ? ' * 4u' : ''};
${code}`;
    },
  };
}
