/** Logits [batch, classes] and labels int32 [batch] → losses [batch], each −ln softmax(logits)[label]. */
import { checkIndex } from '../check-index.ts';
import type { TensorType } from '../graph.ts';
import { float32, type Operator, requireDtypes, shapeError, showShape, sizeOf } from '../operator.ts';
import { softmaxRow } from '../softmax-row.ts';

export const softmaxCrossEntropy: Operator<2, Record<never, never>> = {
  name: 'softmaxCrossEntropy',
  arity: 2,
  type([logits, labels]) {
    checkLogits('softmaxCrossEntropy', logits!, labels!);
    return float32(labels!.shape);
  },
  reference([logits, labels], _, out) {
    const row = new Float64Array(logits!.shape[1]!);
    for (let i = 0; i < out.data.length; i++) {
      const at = i * row.length;
      const label = checkIndex('softmaxCrossEntropy', labels!.data[i]!, row.length);
      out.data[i] = softmaxRow(logits!.data, at, row) - logits!.data[at + label]!;
    }
  },
  gradient: ({ ops, inputs: [logits, labels], dy }) => [
    ops.softmaxCrossEntropyGradient(logits!, labels!, dy),
    null,
  ],
  multiplyAdds: ([logits]) => 3 * sizeOf(logits!.shape),
};

export function checkLogits(name: string, logits: TensorType, labels: TensorType): void {
  requireDtypes(name, [logits, labels], ['float32', 'int32']);
  if (logits.shape.length !== 2 || labels.shape.length !== 1 || logits.shape[0] !== labels.shape[0]) {
    const given = `not ${showShape(logits.shape)} and ${showShape(labels.shape)}`;
    throw shapeError(name, `takes logits [batch, classes] and labels [batch], ${given}`);
  }
}
