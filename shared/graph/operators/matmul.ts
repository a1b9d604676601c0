/** [..., m, k] × [..., k, n] → [..., m, n], either transposed first; leading axes broadcast. */
import { broadcastShapes, sumTo } from '../broadcast.ts';
import type { Shape } from '../graph.ts';
import { float32, type Operator, requireDtypes, shapeError, showShape, sizeOf } from '../operator.ts';
import { broadcastStrides, forEachRow } from '../strided.ts';

export type MatmulAttributes = { transposeA: boolean; transposeB: boolean };

export const matmul: Operator<2, MatmulAttributes, Partial<MatmulAttributes>> = {
  name: 'matmul',
  arity: 2,
  complete: ({ transposeA = false, transposeB = false }) => ({ transposeA, transposeB }),
  type([a, b], { transposeA, transposeB }) {
    requireDtypes('matmul', [a!, b!], ['float32', 'float32']);
    const [m, k] = matrixOf(a!.shape, transposeA);
    const [k2, n] = matrixOf(b!.shape, transposeB);
    if (m === undefined || n === undefined || k !== k2) {
      const takes = `takes ${transposeA ? '[k, m]' : '[m, k]'} and ${transposeB ? '[n, k]' : '[k, n]'}`;
      throw shapeError('matmul', `${takes}, not ${showShape(a!.shape)} and ${showShape(b!.shape)}`);
    }
    return float32([...broadcastShapes('matmul', a!.shape.slice(0, -2), b!.shape.slice(0, -2)), m, n]);
  },
  reference([a, b], { transposeA, transposeB }, out) {
    const [m, k] = matrixOf(a!.shape, transposeA) as [number, number];
    const n = out.shape.at(-1)!;
    const [aRow, aColumn] = transposeA ? [1, m] : [k, 1];
    const [bRow, bColumn] = transposeB ? [1, k] : [n, 1];
    const sums = new Float64Array(n);
    const x = a!.data;
    const w = b!.data;
    let to = 0;
    forEachMatrix(a!.shape, b!.shape, out.shape, (atA, atB) => {
      for (let i = 0; i < m; i++, to += n) {
        sums.fill(0);
        for (let l = 0; l < k; l++) {
          const value = x[atA + i * aRow + l * aColumn]!;
          for (let j = 0, at = atB + l * bRow; j < n; j++, at += bColumn) sums[j]! += value * w[at]!;
        }
        out.data.set(sums, to);
      }
    });
  },
  gradient({ ops, inputs: [a, b], attributes: { transposeA: tA, transposeB: tB }, dy }) {
    const da = tA
      ? ops.matmul(b!, dy, { transposeA: tB, transposeB: true })
      : ops.matmul(dy, b!, { transposeB: !tB });
    if (!tA && b!.shape.length === 2 && a!.shape.length > 2) {
      // One matrix for all: one long product instead of many and their sum.
      const [rows, columns] = [asMatrix(a!.shape), asMatrix(dy.shape)];
      const [x, d] = [ops.reshape(a!, { shape: rows }), ops.reshape(dy, { shape: columns })];
      return [da, tB ? ops.matmul(d, x, { transposeA: true }) : ops.matmul(x, d, { transposeA: true })];
    }
    const db = tB
      ? ops.matmul(dy, a!, { transposeA: true, transposeB: tA })
      : ops.matmul(a!, dy, { transposeA: !tA });
    return [sumTo(ops, da, a!.shape), sumTo(ops, db, b!.shape)];
  },
  multiplyAdds: ([a], { transposeA }, { shape }) => sizeOf(shape) * a!.shape.at(transposeA ? -2 : -1)!,
};

/** Rows and columns after transposing; undefined where there are fewer than two axes. */
const matrixOf = (shape: Shape, transpose: boolean) =>
  shape.length < 2 ? [] : [shape.at(transpose ? -1 : -2), shape.at(transpose ? -2 : -1)];

const asMatrix = (shape: Shape): Shape => [sizeOf(shape.slice(0, -1)), shape.at(-1)!];

/** Calls `visit` for each matrix of the output, in order, with where those of `a` and `b` begin. */
function forEachMatrix(a: Shape, b: Shape, out: Shape, visit: (atA: number, atB: number) => void): void {
  const batch = out.slice(0, -2);
  const walk = (shape: Shape) => ({
    strides: [...broadcastStrides(shape.slice(0, -2), batch).map((s) => s * sizeOf(shape.slice(-2))), 0],
  });
  forEachRow([...batch, 1], [walk(a), walk(b)], ([atA, atB]) => visit(atA!, atB!));
}
