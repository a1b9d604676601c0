/** Depthwise separable convolution: a filter for each channel, then a mix of channels at each place. */
import type { TensorRef } from '../../graph/ops.ts';
import type { Padding } from '../../graph/window.ts';
import { addBias } from './bias.ts';
import type { LayerScope } from './scope.ts';

export interface SeparableConv2dOptions {
  filters: number;
  /** Side of the square window. */
  kernelSize: number;
  /** Default 1. */
  stride?: number;
  /** Filters for each channel; default 1. */
  multiplier?: number;
  /** Default same. */
  padding?: Padding;
  /** Default true. */
  bias?: boolean | undefined;
}

/**
 * [batch, height, width, channels] → [batch, height', width', filters]. Parameters `depthwise`
 * [kernelSize, kernelSize, channels, multiplier], `pointwise` [1, 1, channels · multiplier, filters] and `bias` [filters].
 */
export function separableConv2d(
  scope: LayerScope,
  x: TensorRef,
  { filters, kernelSize, stride = 1, multiplier = 1, padding = 'same', bias }: SeparableConv2dOptions,
): TensorRef {
  const { ops, parameter } = scope;
  const channels = x.shape[3]!;
  const depthwise = parameter('depthwise', [kernelSize, kernelSize, channels, multiplier], 'glorotUniform');
  const pointwise = parameter('pointwise', [1, 1, channels * multiplier, filters], 'glorotUniform');
  const each = ops.depthwiseConv2d(x, depthwise, { strides: [stride, stride], padding });
  return addBias(scope, ops.conv2d(each, pointwise, { strides: [1, 1], padding: 'valid' }), bias);
}
