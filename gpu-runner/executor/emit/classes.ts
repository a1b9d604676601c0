/** Softmax, cross-entropy and one-hot. */
import { sizeOf } from '../../../shared/graph/operator.ts';
import { attr } from '../graph-def.ts';
import { FLOAT, INT } from '../scope.ts';
import type { Emission, Emitter } from './emitter.ts';
import { reshaped } from './movement.ts';

/** TensorFlow takes rows. */
const softmax: Emitter = ({ scope, node, inputs, types: [x] }) => {
  const columns = x!.shape.at(-1) ?? 1;
  const rows = [columns === 0 ? 0 : sizeOf(x!.shape) / columns, columns];
  const flat = x!.shape.length === 2 ? inputs[0]! : reshaped(scope, inputs[0]!, rows);
  const result = scope.add('Softmax', [flat], { T: FLOAT }, { output: 'softmax' });
  return x!.shape.length === 2 ? result : reshaped(scope, result, node.shape);
};

/** One kernel gives losses and softmax − one-hot: written once for both operators. */
function crossEntropy({ scope, inputs, shared }: Emission): string {
  const [logits, labels] = inputs as [string, string];
  const key = `cross-entropy of ${logits} and ${labels}`;
  const losses =
    shared.get(key) ??
    scope.add(
      'SparseSoftmaxCrossEntropyWithLogits',
      [logits, labels],
      { T: FLOAT, Tlabels: INT },
      { output: 'loss' },
    );
  shared.set(key, losses);
  return losses;
}

const softmaxCrossEntropy: Emitter = crossEntropy;

const softmaxCrossEntropyGradient: Emitter = (emission) => {
  const { scope, inputs, types } = emission;
  const slope = crossEntropy(emission).replace(':loss:', ':backprop:');
  const column = reshaped(scope, inputs[2]!, [types[2]!.shape[0]!, 1]);
  return scope.add('Mul', [slope, column], { T: FLOAT }, { output: 'z' });
};

const oneHot: Emitter<{ depth: number }> = ({ scope, inputs, attributes: { depth } }) =>
  scope.add('OneHot', [inputs[0]!, scope.int(depth), scope.float(1), scope.float(0)], {
    T: FLOAT,
    TI: INT,
    axis: attr.int(-1),
  });

export const classes = { softmax, softmaxCrossEntropy, softmaxCrossEntropyGradient, oneHot };
