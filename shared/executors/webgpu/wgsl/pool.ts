/** Pools over windows, and their gradients: a thread for each element, or for four neighbouring channels. */
import type { Shape } from '../../../graph/graph.ts';
import type { PoolAttributes } from '../../../graph/operators/max-pool2d.ts';
import { type Windows, windowsOver } from '../../../graph/window.ts';
import { type Generator, type NodeContext, read, write } from '../context.ts';
import { groupsFor, type Kernel, WORKGROUP } from '../kernel.ts';
import { Code, startNames } from './body.ts';
import { mapKernel } from './map.ts';
import type { Width } from './scalar.ts';
import { countSeen, overWindow, overWindowsOn, placeOf } from './window-code.ts';

type Attributes = PoolAttributes & { inputShape: Shape };

const zeros = (width: Width) => (width === 4 ? 'vec4f()' : '0.0');
const isWide = (context: NodeContext, channels: number, inputs: number): boolean =>
  channels % 4 === 0 &&
  Array.from({ length: inputs }, (_, i) => context.input(i)).every(({ place }) => place.offset % 4 === 0);

const windowsOf = ({ node }: NodeContext, image: Shape): Windows => {
  const attributes = node.attributes as Attributes;
  return windowsOver(node.op, image, attributes.size, attributes);
};

export const maxPool2d: Generator = (context) => {
  const image = context.shapes[0]!;
  const windows = windowsOf(context, image);
  const channels = image[3]!;
  const quads = isWide(context, channels, 1);
  return [
    mapKernel(context, {
      uses: [read(context.input(0), quads)],
      quads,
      value(code, access, i, width) {
        const out = placeOf(code, i, windows.outHeight, windows.outWidth, channels);
        const load = width === 4 ? access.load4 : access.load;
        code.add(`var largest = ${width === 4 ? 'vec4f' : 'f32'}(-bitcast<f32>(infinity));`);
        // As the reference: once it is NaN, nothing is larger.
        const step = (at: string) => `let value = ${load(0, `${at} * ${channels}u + ${out.channel}`)};
largest = select(largest, value, (value > largest) | ${access.helper(`isNan${width}`)}(value));`;
        code.add(overWindow(windows, out, step));
        return 'largest';
      },
    }),
  ];
};

export const averagePool2d: Generator = (context) => {
  const image = context.shapes[0]!;
  const windows = windowsOf(context, image);
  const channels = image[3]!;
  const quads = isWide(context, channels, 1);
  return [
    mapKernel(context, {
      uses: [read(context.input(0), quads)],
      quads,
      value(code, access, i, width) {
        const out = placeOf(code, i, windows.outHeight, windows.outWidth, channels);
        const load = width === 4 ? access.load4 : access.load;
        code.add(`var total = ${zeros(width)};`);
        code.add(
          overWindow(windows, out, (at) => `total += ${load(0, `${at} * ${channels}u + ${out.channel}`)};`),
        );
        return code.let(`total / ${countSeen(windows, out.y, out.x)}`);
      },
    }),
  ];
};

export const averagePool2dGradient: Generator = (context) => {
  const image = context.node.shape;
  const windows = windowsOf(context, (context.node.attributes as Attributes).inputShape);
  const channels = image[3]!;
  const quads = isWide(context, channels, 1);
  return [
    mapKernel(context, {
      uses: [read(context.input(0), quads)],
      quads,
      value(code, access, i, width) {
        const pixel = placeOf(code, i, windows.height, windows.width, channels);
        const load = width === 4 ? access.load4 : access.load;
        code.add(`var total = ${zeros(width)};`);
        const step = (at: string) =>
          `total += ${load(0, `${at} * ${channels}u + ${pixel.channel}`)} / ${countSeen(windows, 'windowY', 'windowX')};`;
        code.add(overWindowsOn(windows, pixel, step));
        return 'total';
      },
    }),
  ];
};

/** Inputs x, y, dy. The first place of a window whose x is not smaller than y takes dy: NaN counts as largest. */
export const maxPool2dGradient: Generator = (context) => {
  const image = context.shapes[0]!;
  const windows = windowsOf(context, image);
  const { size, strides } = windows;
  const channels = image[3]!;
  const quads = isWide(context, channels, 3);
  if (strides[0] >= size[0] && strides[1] >= size[1] && !context.node.fused) {
    return [disjointGradient(context, windows, channels, quads && context.output.place.offset % 4 === 0)];
  }
  return [
    mapKernel(context, {
      uses: [read(context.input(0), quads), read(context.input(1), quads), read(context.input(2), quads)],
      quads,
      value(code, access, i, width) {
        const pixel = placeOf(code, i, windows.height, windows.width, channels);
        const load = width === 4 ? access.load4 : access.load;
        const own = code.let(load(0, i));
        code.add(`var total = ${zeros(width)};`);
        const none = width === 4 ? 'vec4<bool>(false)' : 'false';
        const window = { image: pixel.image, y: 'windowY', x: 'windowX', channel: pixel.channel };
        const step = (at: string, tap: string) => {
          const inner = overWindow(windows, window, (from, place) => {
            const value = load(0, `${from} * ${channels}u + ${pixel.channel}`);
            return `if (${place} < mine) { taken = taken | !(${value} < largest); }`;
          });
          return `let mine = ${tap};
let largest = ${load(1, `${at} * ${channels}u + ${pixel.channel}`)};
var taken = ${none};
{
${inner}
}
total += select(${zeros(width)}, ${load(2, `${at} * ${channels}u + ${pixel.channel}`)}, !taken & !(${own} < largest));`;
        };
        code.add(overWindowsOn(windows, pixel, step));
        return 'total';
      },
    }),
  ];
};

/** Windows that do not overlap: a thread for each, which also clears what lies between it and the next. */
function disjointGradient(context: NodeContext, windows: Windows, channels: number, wide: boolean): Kernel {
  const { batch, height, width, size, strides, top, left, outHeight, outWidth } = windows;
  const rows = Math.max(Math.ceil((height + top) / strides[0]), outHeight);
  const columns = Math.max(Math.ceil((width + left) / strides[1]), outWidth);
  const lanes: Width = wide ? 4 : 1;
  const threads = (batch * rows * columns * channels) / lanes;
  return {
    label: context.node.op,
    uses: [
      read(context.input(0), wide),
      read(context.input(1), wide),
      read(context.input(2), wide),
      write(context.output, wide),
    ],
    groups: groupsFor(threads),
    emit(access) {
      startNames();
      const code = new Code();
      const load = wide ? access.load4 : access.load;
      const store = wide ? access.store4 : access.store;
      const { image, y, x, channel } = placeOf(code, 'i', rows, columns, channels);
      const inside = code.let(`${y} < ${outHeight}u && ${x} < ${outWidth}u`);
      const at = code.let(
        `((${image} * ${outHeight}u + min(${y}, ${outHeight - 1}u)) * ${outWidth}u + min(${x}, ${outWidth - 1}u)) * ${channels}u + ${channel}`,
      );
      const largest = code.let(load(1, at));
      const dy = code.let(`select(${zeros(lanes)}, ${load(2, at)}, ${inside})`);
      code.add(`var left = ${wide ? 'vec4<bool>(true)' : 'true'};
for (var ky = 0u; ky < ${strides[0]}u; ky++) {
let row = ${y} * ${strides[0]}u + ky - ${top}u;
for (var kx = 0u; kx < ${strides[1]}u; kx++) {
let column = ${x} * ${strides[1]}u + kx - ${left}u;
if (row < ${height}u && column < ${width}u) {
let pixel = ((${image} * ${height}u + row) * ${width}u + column) * ${channels}u + ${channel};
let isLargest = left & !(${load(0, 'pixel')} < ${largest})${wide ? ' & vec4<bool>' : ' & '}(ky < ${size[0]}u && kx < ${size[1]}u);
${store(3, 'pixel', `select(${zeros(lanes)}, ${dy}, isLargest)`)}
left = left & !isLargest;
}
}
}`);
      return `let thread = group * ${WORKGROUP}u + local;
if (thread >= ${threads}u) { return; }
let i = thread${wide ? ' * 4u' : ''};
${code}`;
    },
  };
}
