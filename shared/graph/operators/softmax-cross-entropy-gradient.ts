/** Logits [batch, classes], labels int32 [batch] and dy [batch] → (softmax(logits) − one-hot(labels)) · dy. */
import { checkIndex } from '../check-index.ts';
import {
  float32,
  type Operator,
  requireDtypes,
  sameShape,
  shapeError,
  showShape,
  sizeOf,
} from '../operator.ts';
import { softmaxRow } from '../softmax-row.ts';
import { checkLogits } from './softmax-cross-entropy.ts';

export const softmaxCrossEntropyGradient: Operator<3, Record<never, never>> = {
  name: 'softmaxCrossEntropyGradient',
  arity: 3,
  type([logits, labels, dy]) {
    checkLogits('softmaxCrossEntropyGradient', logits!, labels!);
    requireDtypes('softmaxCrossEntropyGradient', [logits!, labels!, dy!], ['float32', 'int32', 'float32']);
    if (!sameShape(dy!.shape, labels!.shape)) {
      const given = `not ${showShape(dy!.shape)}`;
      throw shapeError('softmaxCrossEntropyGradient', `takes dy ${showShape(labels!.shape)}, ${given}`);
    }
    return float32(logits!.shape);
  },
  reference([logits, labels, dy], _, out) {
    const row = new Float64Array(logits!.shape[1]!);
    for (let i = 0; i < labels!.data.length; i++) {
      const at = i * row.length;
      softmaxRow(logits!.data, at, row);
      row[checkIndex('softmaxCrossEntropyGradient', labels!.data[i]!, row.length)]! -= 1;
      for (let j = 0; j < row.length; j++) out.data[at + j] = row[j]! * dy!.data[i]!;
    }
  },
  multiplyAdds: ([logits]) => 3 * sizeOf(logits!.shape),
};
