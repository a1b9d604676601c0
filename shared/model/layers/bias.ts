/** A number for each channel that is added at every place. */
import * as z from 'zod';
import type { TensorRef } from '../../graph/ops.ts';
import type { LayerScope } from './scope.ts';

/** Whether a layer has one. Absent means true, so that definitions made before there was a choice stay the same. */
export const Bias = z.boolean().optional().meta({ default: true });

/** Parameter `bias` [channels], the last axis of `x`; without one, `x` as it is. */
export const addBias = ({ ops, parameter }: LayerScope, x: TensorRef, bias = true): TensorRef =>
  bias ? ops.add(x, parameter('bias', [x.shape.at(-1)!], 'zeros')) : x;
