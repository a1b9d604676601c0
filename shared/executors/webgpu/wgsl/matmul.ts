/** [..., m, k] × [..., k, n], either transposed, leading axes broadcast. */

import type { Shape } from '../../../graph/graph.ts';
import { sizeOf } from '../../../graph/operator.ts';
import { broadcastStrides } from '../../../graph/strided.ts';
import { type Generator, read } from '../context.ts';
import { contractionKernel, type Factor, tileFor } from './contraction.ts';

export const matmul: Generator = (context) => {
  const { node, shapes } = context;
  const { transposeA, transposeB } = node.attributes as { transposeA: boolean; transposeB: boolean };
  const [shapeA, shapeB] = shapes as [Shape, Shape];
  const batch = node.shape.slice(0, -2);
  const [rows, columns] = node.shape.slice(-2) as [number, number];
  const depth = shapeA.at(transposeA ? -2 : -1)!;
  const [a, b] = [context.input(0), context.input(1)];
  const wideA = (transposeA ? rows : depth) % 4 === 0 && a.place.offset % 4 === 0;
  const wideB = (transposeB ? depth : columns) % 4 === 0 && b.place.offset % 4 === 0;
  const rowsOfA: Factor = {
    along: !wideA ? 'neither' : transposeA ? 'side' : 'depth',
    prepare: (i, at) => `let fromA${i} = firstA + ${transposeA ? at : `${at} * ${depth}u`};`,
    step: () => '',
    load: (access, i, k) => access.load(0, transposeA ? `fromA${i} + (${k}) * ${rows}u` : `fromA${i} + ${k}`),
    load4: (access, i, k) =>
      access.load4(0, transposeA ? `fromA${i} + (${k}) * ${rows}u` : `fromA${i} + ${k}`),
  };
  const columnsOfB: Factor = {
    along: !wideB ? 'neither' : transposeB ? 'depth' : 'side',
    prepare: (j, at) => `let fromB${j} = firstB + ${transposeB ? `${at} * ${depth}u` : at};`,
    step: () => '',
    load: (access, j, k) =>
      access.load(1, transposeB ? `fromB${j} + ${k}` : `fromB${j} + (${k}) * ${columns}u`),
    load4: (access, j, k) =>
      access.load4(1, transposeB ? `fromB${j} + ${k}` : `fromB${j} + (${k}) * ${columns}u`),
  };
  const tile = tileFor(context, rows, columns);
  // A tile's four rows are read as one vector only where all of them exist.
  const along = rowsOfA.along === 'side' && tile[0] % 4 !== 0 ? 'neither' : rowsOfA.along;
  return [
    contractionKernel(context, {
      uses: [read(a, wideA), read(b, wideB)],
      matrices: sizeOf(batch),
      prepare: `let firstA = ${matrixAt('z', shapeA, batch)};\nlet firstB = ${matrixAt('z', shapeB, batch)};`,
      rows,
      columns,
      loops: [],
      depth,
      a: { ...rowsOfA, along },
      b: columnsOfB,
      tile,
    }),
  ];
};

/** Where the matrix of an operand begins that the output's matrix `z` is made of. */
function matrixAt(z: string, shape: Shape, batch: Shape): string {
  const strides = broadcastStrides(shape.slice(0, -2), batch);
  const size = sizeOf(shape.slice(-2));
  let inner = sizeOf(batch);
  const terms: string[] = [];
  for (const [axis, extent] of batch.entries()) {
    inner /= extent;
    if (strides[axis] !== 0 && extent > 1)
      terms.push(`(${z} / ${inner}u) % ${extent}u * ${strides[axis]! * size}u`);
  }
  return terms.length > 0 ? terms.join(' + ') : '0u';
}
