/** Convolutions of images [batch, height, width, channels] as sums over the window's places and the channels. */

import type { Shape } from '../../../graph/graph.ts';
import { type Windows, windowsOver } from '../../../graph/window.ts';
import { type Generator, read, write } from '../context.ts';
import { contractionKernel, type Factor, tileFor } from './contraction.ts';
import { sumPartials } from './reduce.ts';

export type ConvAttributes = Parameters<typeof windowsOver>[3] & { inputShape: Shape; kernelShape: Shape };

/** An output pixel sums over the window's places (loops `ky`, `kx`) and, last, the channels. */
export const conv2d: Generator = (context) => {
  const [image, kernel] = context.shapes as [Shape, Shape];
  const windows = windowsOver('conv2d', image, kernel, context.node.attributes as ConvAttributes);
  const { height, width, strides, dilations, outHeight, outWidth, top, left, size } = windows;
  const [channels, filters] = kernel.slice(2) as [number, number];
  const [x, w] = [context.input(0), context.input(1)];
  const wideX = channels % 4 === 0 && x.place.offset % 4 === 0;
  const wideW = filters % 4 === 0 && w.place.offset % 4 === 0;
  const padded = hasPadding(windows);
  const rows = windows.batch * outHeight * outWidth;
  return [
    contractionKernel(context, {
      uses: [read(x, wideX), read(w, wideW)],
      matrices: 1,
      prepare: '',
      rows,
      columns: filters,
      loops: windowLoops(size),
      depth: channels,
      a: pixels({
        use: 0,
        wide: wideX,
        padded,
        prepare: (i, at) => `let top${i} = (${at} / ${outWidth}u) % ${outHeight}u * ${strides[0]}u - ${top}u;
let left${i} = ${at} % ${outWidth}u * ${strides[1]}u - ${left}u;
let image${i} = ${at} / ${outHeight * outWidth}u * ${height}u;`,
        step: (i) => `let y${i} = top${i} + ky * ${dilations[0]}u;
let x${i} = left${i} + kx * ${dilations[1]}u;
let inside${i} = y${i} < ${height}u && x${i} < ${width}u;
let from${i} = ${padded ? `select(0u, ` : '('}((image${i} + y${i}) * ${width}u + x${i}) * ${channels}u${padded ? `, inside${i}` : ''});`,
      }),
      b: {
        along: wideW ? 'side' : 'neither',
        prepare: () => '',
        step: (j) => (j === 0 ? `let tap = (ky * ${size[1]}u + kx) * ${channels * filters}u;` : ''),
        load: (access, j, k) => access.load(1, `tap + (${k}) * ${filters}u + column${j}`),
        load4: (access, j, k) => access.load4(1, `tap + (${k}) * ${filters}u + column${j}`),
      },
      tile: tileFor(context, rows, filters),
    }),
  ];
};

/** A pixel of the image sums over the windows that see it, and over the filters. */
export const conv2dInputGradient: Generator = (context) => {
  const [, kernel] = context.shapes as [Shape, Shape];
  const attributes = context.node.attributes as ConvAttributes;
  const windows = windowsOver('conv2dInputGradient', attributes.inputShape, kernel, attributes);
  const { height, width, strides, dilations, outHeight, outWidth, top, left, size } = windows;
  const [channels, filters] = kernel.slice(2) as [number, number];
  const [dy, w] = [context.input(0), context.input(1)];
  const wide = (operand: typeof dy) => filters % 4 === 0 && operand.place.offset % 4 === 0;
  const rows = windows.batch * height * width;
  const along = (at: string, stride: number) => (stride === 1 ? at : `${at} / ${stride}u`);
  const divides = (at: string, stride: number) => (stride === 1 ? '' : ` && ${at} % ${stride}u == 0u`);
  return [
    contractionKernel(context, {
      uses: [read(dy, wide(dy)), read(w, wide(w))],
      matrices: 1,
      prepare: '',
      rows,
      columns: channels,
      loops: windowLoops(size),
      depth: filters,
      a: pixels({
        use: 0,
        wide: wide(dy),
        padded: true,
        prepare: (i, at) => `let bottom${i} = (${at} / ${width}u) % ${height}u + ${top}u;
let right${i} = ${at} % ${width}u + ${left}u;
let image${i} = ${at} / ${height * width}u * ${outHeight}u;`,
        step: (i) => `let down${i} = bottom${i} - ky * ${dilations[0]}u;
let over${i} = right${i} - kx * ${dilations[1]}u;
let y${i} = ${along(`down${i}`, strides[0])};
let x${i} = ${along(`over${i}`, strides[1])};
let inside${i} = y${i} < ${outHeight}u && x${i} < ${outWidth}u${divides(`down${i}`, strides[0])}${divides(`over${i}`, strides[1])};
let from${i} = select(0u, ((image${i} + y${i}) * ${outWidth}u + x${i}) * ${filters}u, inside${i});`,
      }),
      b: {
        along: wide(w) ? 'depth' : 'neither',
        prepare: () => '',
        step: (j) => (j === 0 ? `let tap = (ky * ${size[1]}u + kx) * ${channels * filters}u;` : ''),
        load: (access, j, k) => access.load(1, `tap + column${j} * ${filters}u + ${k}`),
        load4: (access, j, k) => access.load4(1, `tap + column${j} * ${filters}u + ${k}`),
      },
      tile: tileFor(context, rows, channels),
    }),
  ];
};

/**
 * A weight sums over all output pixels: rows of the output image (loop `line`), shared out among `splits` partial sums, and the
 * pixels along one.
 */
export const conv2dKernelGradient: Generator = (context) => {
  const [image] = context.shapes as [Shape, Shape];
  const attributes = context.node.attributes as ConvAttributes;
  const windows = windowsOver('conv2dKernelGradient', image, attributes.kernelShape, attributes);
  const { height, width, strides, dilations, outHeight, outWidth, top, left, size, batch } = windows;
  const [channels, filters] = attributes.kernelShape.slice(2) as [number, number];
  const [x, dy] = [context.input(0), context.input(1)];
  const rows = size[0] * size[1] * channels;
  const tile = tileFor(context, rows, filters);
  const wideX = channels % 4 === 0 && tile[0] % 4 === 0 && x.place.offset % 4 === 0;
  const wideDy = filters % 4 === 0 && dy.place.offset % 4 === 0;
  const padded = hasPadding(windows);
  const lines = batch * outHeight;
  const threads = Math.ceil(rows / tile[0]) * Math.ceil(filters / tile[1]);
  const splits = Math.max(1, Math.min(Math.ceil(lines / 8), Math.floor(2048 / threads)));
  const each = Math.ceil(lines / splits);
  const total = rows * filters;
  const partials = splits > 1 ? context.scratch(splits * total) : undefined;
  const masked = (value: string, n: number, k: string, zero: string) =>
    padded
      ? `select(${zero}, ${value}, inside${n} && (${k}) * ${strides[1]}u + left${n} < ${width}u)`
      : value;
  const at = (n: number, k: string) =>
    padded
      ? `from${n} + min((${k}) * ${strides[1]}u + left${n}, ${width - 1}u) * ${channels}u`
      : `from${n} + ((${k}) * ${strides[1]}u + left${n}) * ${channels}u`;
  const a: Factor = {
    along: wideX ? 'side' : 'neither',
    prepare: (n, row) =>
      wideX && n % 4 !== 0
        ? ''
        : `let down${n} = ${row} / ${size[1] * channels}u * ${dilations[0]}u - ${top}u;
let left${n} = (${row} / ${channels}u) % ${size[1]}u * ${dilations[1]}u - ${left}u;
let channel${n} = ${row} % ${channels}u;`,
    step: (n) =>
      wideX && n % 4 !== 0
        ? ''
        : `let y${n} = line % ${outHeight}u * ${strides[0]}u + down${n};
let inside${n} = y${n} < ${height}u;
let from${n} = (line / ${outHeight}u * ${height}u + ${padded ? `min(y${n}, ${height - 1}u)` : `y${n}`}) * ${width * channels}u + channel${n};`,
    load: (access, n, k) => masked(access.load(0, at(n, k)), n, k, '0.0'),
    load4: (access, n, k) => masked(access.load4(0, at(n, k)), n, k, 'vec4f()'),
  };
  const b: Factor = {
    along: wideDy ? 'side' : 'neither',
    prepare: () => '',
    step: (j) => (j === 0 ? `let pixel = line * ${outWidth}u;` : ''),
    load: (access, j, k) => access.load(1, `(pixel + ${k}) * ${filters}u + column${j}`),
    load4: (access, j, k) => access.load4(1, `(pixel + ${k}) * ${filters}u + column${j}`),
  };
  const kernel = contractionKernel(context, {
    uses: [read(x, wideX), read(dy, wideDy)],
    matrices: splits,
    prepare: '',
    rows,
    columns: filters,
    loops: [{ name: 'line', from: `z * ${each}u`, to: `min((z + 1u) * ${each}u, ${lines}u)` }],
    depth: outWidth,
    a,
    b,
    tile,
    ...(partials && { target: write(partials) }),
  });
  return partials ? [kernel, sumPartials(context, partials, splits)] : [kernel];
};

const hasPadding = ({
  height,
  width,
  size,
  strides,
  dilations,
  outHeight,
  outWidth,
  top,
  left,
}: Windows): boolean =>
  top > 0 ||
  left > 0 ||
  (outHeight - 1) * strides[0] + (size[0] - 1) * dilations[0] >= height ||
  (outWidth - 1) * strides[1] + (size[1] - 1) * dilations[1] >= width;

const windowLoops = ([height, width]: readonly [number, number]) => [
  { name: 'ky', from: '0u', to: `${height}u` },
  { name: 'kx', from: '0u', to: `${width}u` },
];

/** A factor of one pixel for each row of the tile, channels last; zeros outside the image. `step` declares `from` and `inside`. */
function pixels(rule: {
  use: number;
  wide: boolean;
  padded: boolean;
  prepare: Factor['prepare'];
  step: Factor['step'];
}): Factor {
  const { use, wide, padded, prepare, step } = rule;
  const masked = (value: string, i: number, zero: string) =>
    padded ? `select(${zero}, ${value}, inside${i})` : value;
  return {
    along: wide ? 'depth' : 'neither',
    prepare,
    step,
    load: (access, i, k) => masked(access.load(use, `from${i} + ${k}`), i, '0.0'),
    load4: (access, i, k) => masked(access.load4(use, `from${i} + ${k}`), i, 'vec4f()'),
  };
}
