/** Matrix products. A right-hand side that does not change is packed ahead of time. */
import type { Node } from '../../../graph/graph.ts';
import { sizeOf } from '../../../graph/operator.ts';
import { broadcastStrides, forEachRow, stridesOf } from '../../../graph/strided.ts';
import { collapse } from './collapse.ts';
import { type Epilogue, type LowerContext, type Lowering, NO_EPILOGUE } from './lowering.ts';
import { COLUMNS, type Product, up } from './product.ts';
import { addQuantisedMatmul } from './quantised.ts';

const ROWS = 4;
const BLOCK_K = 512;

/** The kernel walks so many axes of matrices; further ones are records of their own. */
const WALKED = 3;

export const lowerMatmul: Lowering = (context, node, epilogue) => {
  const [a, b] = [context.input(node, 0), context.input(node, 1)];
  const { transposeA, transposeB } = node.attributes as { transposeA: boolean; transposeB: boolean };
  const [m, n] = node.shape.slice(-2) as [number, number];
  const k = a.shape.at(transposeA ? -2 : -1)!;
  const lead = node.shape.slice(0, -2);
  const matrixStrides = ({ shape }: Node) =>
    broadcastStrides(shape.slice(0, -2), lead).map((stride) => stride * sizeOf(shape.slice(-2)));
  const { sizes, strides } = collapse(lead, [matrixStrides(a), matrixStrides(b)]);
  const [aStrides, bStrides] = strides as [number[], number[]];

  const product = { out: node, a, b, n, k, transposeA, transposeB };
  const isOneB = sizes.length === 1 && bStrides[0] === 0;
  if (isOneB && !transposeA && (sizes[0] === 1 || aStrides[0] === m * k)) {
    const rounding = context.rounding(node);
    const tall = { ...product, m: m * sizes[0]! };
    if (rounding && sizeOf(node.shape) > 0) addQuantisedMatmul(context, tall, epilogue, rounding);
    else addMatmul(context, tall, epilogue);
  } else {
    addMatmul(context, { ...product, m, sizes, strides: [aStrides, bStrides] }, epilogue);
  }
};

export function addMatmul(
  context: LowerContext,
  product: Product,
  { bias, activation }: Epilogue = NO_EPILOGUE,
): void {
  const { out, a, b, m, n, k, transposeA, transposeB, sizes = [], strides = [[], []] } = product;
  if (sizeOf(out.shape) === 0) return;
  const [aRow, aK] = transposeA ? [1, m] : [k, 1];
  const [bK, bColumn] = transposeB ? [1, k] : [n, 1];
  const isPacked = context.isFixed(b) && sizeOf(b.shape) === k * n && k > 0 && !(n === 1 && aK === 1);
  let right = context.at(b);
  if (isPacked) {
    right = context.allocate(k * up(n, COLUMNS));
    context.packed(b);
    context.prepare('pack', [right, context.at(b), k, n, bK, bColumn]);
  }
  const block = Math.min(k, BLOCK_K);
  context.scratch((isPacked ? 0 : up(n, COLUMNS) * block) + (aK === 1 ? 0 : up(m, ROWS) * block));

  const outer = sizes.slice(0, -WALKED);
  const inner = walked(sizes, 1);
  const step = sizeOf(inner) * m * n;
  const words = [m, n, k, aRow, aK, bK, bColumn, isPacked ? 1 : 0, activation, ...inner];
  const walks = [...walked(strides[0], 0), ...walked(strides[1], 0)];
  const starts = { strides: stridesOf([...outer, step]) };
  forEachRow(
    [...outer, 1],
    [starts, ...strides.map((walk) => ({ strides: [...walk.slice(0, outer.length), 0] }))],
    (at) => {
      const [to, atA, atB] = at as [number, number, number];
      const addresses = [context.at(out) + to * 4, context.at(a) + atA * 4, right + atB * 4, bias];
      context.add('matmul', [...addresses, ...words, ...walks]);
    },
  );
}

const walked = (list: readonly number[], filler: number): number[] =>
  [filler, filler, filler, ...list.slice(-WALKED)].slice(-WALKED);
