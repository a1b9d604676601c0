/** Code that walks windows over images [batch, height, width, channels], for the kernels of pools and depthwise convolutions. */
import type { Windows } from '../../../graph/window.ts';
import type { Code } from './body.ts';

/** Names of where element `i` of such images lies. */
export interface Place {
  image: string;
  y: string;
  x: string;
  channel: string;
}

export function placeOf(code: Code, i: string, height: number, width: number, channels: number): Place {
  const pixel = code.let(`${i} / ${channels}u`);
  return {
    image: code.let(`${pixel} / ${height * width}u`),
    y: code.let(`(${pixel} / ${width}u) % ${height}u`),
    x: code.let(`${pixel} % ${width}u`),
    channel: code.let(`${i} % ${channels}u`),
  };
}

/** `step` for each place of the window `out` that lies within the image; `at` is the image's pixel, `tap` the window's place. */
export function overWindow(windows: Windows, out: Place, step: (at: string, tap: string) => string): string {
  const { height, width, size, strides, dilations, top, left } = windows;
  return `for (var ky = 0u; ky < ${size[0]}u; ky++) {
let y = ${out.y} * ${strides[0]}u + ky * ${dilations[0]}u - ${top}u;
if (y >= ${height}u) { continue; }
for (var kx = 0u; kx < ${size[1]}u; kx++) {
let x = ${out.x} * ${strides[1]}u + kx * ${dilations[1]}u - ${left}u;
if (x >= ${width}u) { continue; }
${step(`((${out.image} * ${height}u + y) * ${width}u + x)`, `(ky * ${size[1]}u + kx)`)}
}
}`;
}

/**
 * `step` for each window that sees the pixel `image`: `at` is the window's pixel in the output, `tap` the place at which
 * it sees it. `windowY` and `windowX` are in scope.
 */
export function overWindowsOn(
  windows: Windows,
  image: Place,
  step: (at: string, tap: string) => string,
): string {
  const { size, strides, dilations, top, left, outHeight, outWidth } = windows;
  return `for (var ky = 0u; ky < ${size[0]}u; ky++) {
let down = ${image.y} + ${top}u - ky * ${dilations[0]}u;
let windowY = down / ${strides[0]}u;
if (windowY >= ${outHeight}u || down % ${strides[0]}u != 0u) { continue; }
for (var kx = 0u; kx < ${size[1]}u; kx++) {
let over = ${image.x} + ${left}u - kx * ${dilations[1]}u;
let windowX = over / ${strides[1]}u;
if (windowX >= ${outWidth}u || over % ${strides[1]}u != 0u) { continue; }
${step(`((${image.image} * ${outHeight}u + windowY) * ${outWidth}u + windowX)`, `(ky * ${size[1]}u + kx)`)}
}
}`;
}

/** How many places of the window at (`y`, `x`) of the output lie within the image, as f32. */
export function countSeen(
  { height, width, size, strides, top, left }: Windows,
  y: string,
  x: string,
): string {
  const along = (at: string, stride: number, before: number, count: number, extent: number) =>
    `(min(i32(${at}) * ${stride} - ${before} + ${count}, ${extent}) - max(i32(${at}) * ${stride} - ${before}, 0))`;
  return `f32(${along(y, strides[0], top, size[0], height)} * ${along(x, strides[1], left, size[1], width)})`;
}
