/** Convolution over time: [batch, time, channels] → [batch, time', filters], as a picture of height 1. */
import type { Initializer } from '../../graph/graph.ts';
import type { TensorRef } from '../../graph/ops.ts';
import type { Padding } from '../../graph/window.ts';
import { addBias } from './bias.ts';
import type { LayerScope } from './scope.ts';

export interface Conv1dOptions {
  filters: number;
  kernelSize: number;
  /** Default 1. */
  stride?: number;
  /** Default 1. */
  dilation?: number;
  /** Default same. */
  padding?: Padding;
  /** Default true. */
  bias?: boolean | undefined;
  /** Default heUniform. */
  initializer?: Initializer;
}

/** Parameters `kernel` [kernelSize, channels, filters] and `bias` [filters]. */
export function conv1d(
  scope: LayerScope,
  x: TensorRef,
  {
    filters,
    kernelSize,
    stride = 1,
    dilation = 1,
    padding = 'same',
    bias,
    initializer = 'heUniform',
  }: Conv1dOptions,
): TensorRef {
  const { ops, parameter } = scope;
  const [batch, time, channels] = x.shape as [number, number, number];
  const kernel = parameter('kernel', [kernelSize, channels, filters], initializer);
  const y = ops.conv2d(
    ops.reshape(x, { shape: [batch, 1, time, channels] }),
    ops.reshape(kernel, { shape: [1, kernelSize, channels, filters] }),
    { strides: [1, stride], padding, dilations: [1, dilation] },
  );
  return ops.reshape(addBias(scope, y, bias), { shape: [batch, y.shape[2]!, filters] });
}
