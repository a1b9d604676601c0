/** L2 regularisation: the kernels' squares are part of the loss, so that large weights must be worth their while. */
import type { TensorRef, Tracer } from '../graph/ops.ts';

/** Last part of the names of parameters that multiply what goes in; biases, scales and tables are left alone. */
const KERNELS = new Set(['kernel', 'recurrent', 'depthwise', 'pointwise']);

/** `tracer` notes the kernels that are traced with it; `addTo` adds `l2` times the sum of their squares to a loss. */
export function penalty(tracer: Tracer, l2 = 0): { tracer: Tracer; addTo: (loss: TensorRef) => TensorRef } {
  if (l2 === 0) return { tracer, addTo: (loss) => loss };
  const { ops } = tracer;
  const kernels: TensorRef[] = [];
  return {
    tracer: {
      ...tracer,
      parameter(name, shape, initializer, options) {
        const ref = tracer.parameter(name, shape, initializer, options);
        if (options?.trainable !== false && KERNELS.has(name.slice(name.lastIndexOf('/') + 1)))
          kernels.push(ref);
        return ref;
      },
    },
    addTo: (loss) =>
      kernels.reduce((sum, kernel) => {
        const squares = ops.sum(ops.multiply(kernel, kernel), { axes: kernel.shape.map((_, axis) => axis) });
        return ops.add(sum, ops.multiply(squares, ops.constant(l2)));
      }, loss),
  };
}
