/** int32 indices of any shape → [..., depth]: 1 at the index, 0 elsewhere. */
import { checkIndex } from '../check-index.ts';
import { float32, type Operator, requireDtypes } from '../operator.ts';

export const oneHot: Operator<1, { depth: number }> = {
  name: 'oneHot',
  arity: 1,
  type([indices], { depth }) {
    requireDtypes('oneHot', [indices!], ['int32']);
    return float32([...indices!.shape, depth]);
  },
  reference([indices], { depth }, out) {
    out.data.fill(0);
    for (let i = 0; i < indices!.data.length; i++) {
      out.data[i * depth + checkIndex('oneHot', indices!.data[i]!, depth)] = 1;
    }
  },
  gradient: () => [null],
};
