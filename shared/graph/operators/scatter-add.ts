/** The reverse of gather: values [...indices.shape, …rest] added into rows [rows, …rest] of zeros. */
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

export const scatterAdd: Operator<2, { rows: number }> = {
  name: 'scatterAdd',
  arity: 2,
  type([indices, values], { rows }) {
    requireDtypes('scatterAdd', [indices!, values!], ['int32', 'float32']);
    const rank = indices!.shape.length;
    if (!sameShape(indices!.shape, values!.shape.slice(0, rank))) {
      const given = `values ${showShape(values!.shape)}`;
      throw shapeError(
        'scatterAdd',
        `${given} have no row for each of the indices ${showShape(indices!.shape)}`,
      );
    }
    return float32([rows, ...values!.shape.slice(rank)]);
  },
  reference([indices, values], { rows }, out) {
    const width = sizeOf(out.shape.slice(1));
    const sums = new Float64Array(out.data.length);
    for (let i = 0; i < indices!.data.length; i++) {
      const to = checkIndex('scatterAdd', indices!.data[i]!, rows) * width;
      const from = i * width;
      for (let j = 0; j < width; j++) sums[to + j]! += values!.data[from + j]!;
    }
    out.data.set(sums);
  },
  gradient: ({ ops, inputs: [indices], dy }) => [null, ops.gather(dy, indices!)],
  multiplyAdds: ([, values]) => sizeOf(values!.shape),
};
