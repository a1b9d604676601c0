/** Products in whole numbers, in the words of kernels/quantised.c. */
import type { Node } from '../../../graph/graph.ts';
import { sizeOf } from '../../../graph/operator.ts';
import { PER_WORD, type Rounding } from '../quantise/rounding.ts';
import type { Convolution } from './conv2d.ts';
import type { Epilogue, LowerContext } from './lowering.ts';
import { COLUMNS, type Product, up } from './product.ts';
import { frameWords, tapOffsets, windowWords } from './windows.ts';

const NUMBERS = { int16: 1, int8: 2 } as const; // as in kernels/tile.h

export function addQuantisedMatmul(
  context: LowerContext,
  { out, a, b, m, n, k, transposeB }: Product,
  { bias, activation }: Epilogue,
  rounding: Rounding,
): void {
  const { words, size } = roundedWords(rounding, k);
  const steps = transposeB ? ([1, k] as const) : ([n, 1] as const);
  const packed = pack(context, b, { taps: 1, channels: k, columns: n, steps }, rounding);
  context.scratch(m * size + COLUMNS);
  const addresses = [context.at(out), context.at(a), packed.weights, bias, packed.scales, packed.offsets];
  context.add('quantised_matmul', [...addresses, activation, m, n, k, ...words]);
}

export function addQuantisedConv2d(
  context: LowerContext,
  { node, x, kernel, channels, filters, windows, frame }: Convolution,
  { bias, activation }: Epilogue,
  rounding: Rounding,
): void {
  const { words, size } = roundedWords(rounding, channels);
  const taps = windows.size[0] * windows.size[1];
  const shape = { taps, channels, columns: filters, steps: [filters, 1] as const };
  const packed = pack(context, kernel, shape, rounding);
  const inWords = { ...frame, channels: size };
  // A row of the window is one run of memory, unless it is dilated.
  const inRow = windows.dilations[1] === 1 ? windows.size[1] : 1;
  const segments = tapOffsets(windows, inWords).filter((_, tap) => tap % inRow === 0);
  const places = windows.outHeight * windows.outWidth;
  context.scratch(places + 3 + sizeOf([frame.height, frame.width, size]) + COLUMNS);
  context.add('quantised_conv2d', [
    ...[context.at(node), context.at(x), packed.weights, bias, packed.scales, packed.offsets],
    ...[activation, filters, ...words],
    ...windowWords(windows, channels),
    ...frameWords(inWords),
    ...[segments.length, inRow * size, ...segments],
  ]);
}

interface Weights {
  taps: number;
  channels: number;
  columns: number;
  /** From one k, and from one column, to the next. */
  steps: readonly [number, number];
}

/** Rounds and packs them whenever they were written. */
function pack(context: LowerContext, from: Node, weights: Weights, rounding: Rounding) {
  const { taps, channels, columns, steps } = weights;
  const { words, size } = roundedWords(rounding, channels);
  const wide = up(columns, COLUMNS);
  const packed = {
    weights: context.allocate(taps * size * wide),
    scales: context.allocate(wide),
    offsets: context.allocate(wide),
  };
  const addresses = [packed.weights, packed.scales, packed.offsets, context.at(from)];
  context.packed(from);
  const { scale } = rounding;
  context.prepare('pack_quantised', [...addresses, taps, channels, columns, ...steps, bits(scale), ...words]);
  return packed;
}

/** `size`: words that so many channels take. */
function roundedWords({ numbers, scale, zero, least, most }: Rounding, channels: number) {
  const words = [NUMBERS[numbers], ...[1 / scale, zero, least, most].map(bits)];
  return { words, size: Math.ceil(channels / PER_WORD[numbers]) };
}

/** A float as the word it is in memory. */
function bits(value: number): number {
  return new Int32Array(Float32Array.of(value).buffer)[0]!;
}
