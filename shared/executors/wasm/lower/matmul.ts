/** Matrix products. A right-hand side that does not change is packed ahead of time. */
import { sizeOf } from '../../../graph/operator.ts';
import { broadcastStrides } from '../../../graph/strided.ts';
import { collapse } from './collapse.ts';
import type { Lowering } from './lowering.ts';

export const COLUMNS = 8; // of a panel, as in kernels/tile.h
const ROWS = 4;
const BLOCK_K = 512;

export const up = (n: number, to: number): number => Math.ceil(n / to) * to;

export const lowerMatmul: Lowering = (context, node, { bias, activation }) => {
  const [a, b] = [context.input(node, 0), context.input(node, 1)];
  const { transposeA, transposeB } = node.attributes;
  if (sizeOf(node.shape) === 0) return;
  const [rows, n] = node.shape.slice(-2) as [number, number];
  const k = a.shape.at(transposeA ? -2 : -1)!;
  const lead = node.shape.slice(0, -2);
  const matrixStrides = ({ shape }: typeof a) =>
    broadcastStrides(shape.slice(0, -2), lead).map((stride) => stride * sizeOf(shape.slice(-2)));
  let { sizes, strides } = collapse(lead, [matrixStrides(a), matrixStrides(b)]);

  let m = rows;
  if (
    !transposeA &&
    sizes.length === 1 &&
    strides[1]![0] === 0 &&
    (sizes[0] === 1 || strides[0]![0] === rows * k)
  ) {
    m *= sizes[0]!; // one matrix on the right for all: one tall product
    sizes = [1];
    strides = [[0], [0]];
  }
  const [aRow, aK] = transposeA ? [1, rows] : [k, 1];
  const [bK, bColumn] = transposeB ? [1, k] : [n, 1];

  const isPacked = context.isFixed(b) && sizeOf(b.shape) === k * n && k > 0 && !(n === 1 && aK === 1);
  let right = context.at(b);
  if (isPacked) {
    right = context.allocate(k * up(n, COLUMNS));
    context.prepare('pack', [right, context.at(b), k, n, bK, bColumn]);
  }
  const block = Math.min(k, BLOCK_K);
  context.scratch((isPacked ? 0 : up(n, COLUMNS) * block) + (aK === 1 ? 0 : up(m, ROWS) * block));

  // The kernel walks three axes of matrices; further ones are records of their own.
  const outer = sizes.slice(0, -3);
  const pad = <T>(list: readonly T[], filler: T): T[] => [...new Array<T>(3).fill(filler), ...list].slice(-3);
  const inner = pad(sizes.slice(-3), 1);
  const size = inner.reduce((product, s) => product * s, m * n);
  for (let i = 0; i < sizeOf(outer); i++) {
    const offset = (walk: readonly number[]) => {
      let [rest, total] = [i, 0];
      for (let axis = outer.length - 1; axis >= 0; axis--) {
        total += (rest % outer[axis]!) * walk[axis]!;
        rest = Math.floor(rest / outer[axis]!);
      }
      return total * 4;
    };
    context.add('matmul', [
      context.at(node) + i * size * 4,
      context.at(a) + offset(strides[0]!),
      right + offset(strides[1]!),
      bias,
      m,
      n,
      k,
      aRow,
      aK,
      bK,
      bColumn,
      isPacked ? 1 : 0,
      activation,
      ...inner,
      ...pad(strides[0]!.slice(-3), 0),
      ...pad(strides[1]!.slice(-3), 0),
    ]);
  }
};
