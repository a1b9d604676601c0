/** Rows picked by number: gather, its reverse, a run of rows, and one-hot rows. Numbers out of range are moved inside. */
import { sizeOf } from '../../../graph/operator.ts';
import { type Generator, type NodeContext, read, write } from '../context.ts';
import { groupsFor, type Kernel, type Operand, WORKGROUP } from '../kernel.ts';
import { startNames } from './body.ts';
import { mapKernel } from './map.ts';

/** Indices up to which each element of a scattered sum looks through all of them. */
const FEW = 256;

const isWide = (width: number, operand: Operand) =>
  width % 4 === 0 && operand.place.offset % 4 === 0 && operand.dtype === 'float32';

export const gather: Generator = (context) => {
  const [rows = 0, ...rest] = context.shapes[0]!;
  const width = sizeOf(rest);
  const [x, indices] = [context.input(0), context.input(1)];
  const quads = isWide(width, x);
  return [
    mapKernel(context, {
      uses: [read(x, quads), read(indices)],
      quads,
      value(code, access, i, lanes) {
        const index = code.let(
          `clamp(${access.load(1, width === 1 ? i : `${i} / ${width}u`)}, 0, ${rows - 1})`,
        );
        const at = code.let(width === 1 ? `u32(${index})` : `u32(${index}) * ${width}u + ${i} % ${width}u`);
        return lanes === 4 ? access.load4(0, at) : access.load(0, at);
      },
    }),
  ];
};

export const sliceAt: Generator = (context) => {
  const [rows = 0, ...rest] = context.shapes[0]!;
  const { size } = context.node.attributes as { size: number };
  const width = sizeOf(rest);
  const [x, start] = [context.input(0), context.input(1)];
  const quads = isWide(width, x);
  return [
    mapKernel(context, {
      uses: [read(x, quads), read(start)],
      quads,
      value(code, access, i, lanes) {
        const first = code.let(`u32(clamp(${access.load(1, '0u')}, 0, ${rows - size})) * ${width}u`);
        return lanes === 4 ? access.load4(0, `${first} + ${i}`) : access.load(0, `${first} + ${i}`);
      },
    }),
  ];
};

export const oneHot: Generator = (context) => {
  const { depth } = context.node.attributes as { depth: number };
  return [
    mapKernel(context, {
      uses: [read(context.input(0))],
      quads: false,
      value: (_, access, i) =>
        `select(0.0, 1.0, ${access.load(0, `${i} / ${depth}u`)} == i32(${i} % ${depth}u))`,
    }),
  ];
};

/**
 * Without atomic additions, whose order is chance: each element of the output sums the values of its row in their order. Where
 * there are many, chains of the places that name the same row are made first.
 */
export const scatterAdd: Generator = (context) => {
  const [rows = 0, ...rest] = context.node.shape;
  const width = sizeOf(rest);
  const [indices, values] = [context.input(0), context.input(1)];
  const count = indices.size;
  const quads = isWide(width, values);
  if (count <= FEW) {
    return [
      mapKernel(context, {
        uses: [read(indices), read(values, quads)],
        quads,
        value(code, access, i, lanes) {
          const row = code.let(`i32(${i} / ${width}u)`);
          const column = code.let(`${i} % ${width}u`);
          const at = `n * ${width}u + ${column}`;
          code.add(`var total = ${lanes === 4 ? 'vec4f()' : '0.0'};`);
          code.add(`for (var n = 0u; n < ${count}u; n++) { if (clamp(${access.load(0, 'n')}, 0, ${rows - 1}) == ${row}) {
total += ${lanes === 4 ? access.load4(1, at) : access.load(1, at)}; } }`);
          return 'total';
        },
      }),
    ];
  }
  const first = context.scratch(rows, 'int32');
  const next = context.scratch(count, 'int32');
  const chain = mapKernel(context, {
    uses: [read(first), read(next), read(values, quads)],
    quads,
    value(code, access, i, lanes) {
      const column = code.let(`${i} % ${width}u`);
      const at = `u32(n) * ${width}u + ${column}`;
      code.add(`var total = ${lanes === 4 ? 'vec4f()' : '0.0'};`);
      code.add(`for (var n = ${access.load(0, `${i} / ${width}u`)}; n >= 0; n = ${access.load(1, 'u32(n)')}) {
total += ${lanes === 4 ? access.load4(2, at) : access.load(2, at)}; }`);
      return 'total';
    },
  });
  return [clearChains(first), linkChains(context, indices, first, next, rows), chain];
};

const clearChains = (first: Operand): Kernel =>
  threads('scatterAdd, cleared', first.size, [write(first)], (access) => access.store(0, 'i', '-1'));

/** For each place the next one that names the same row, or −1; the first of each row is noted. */
const linkChains = (_: NodeContext, indices: Operand, first: Operand, next: Operand, rows: number): Kernel =>
  threads('scatterAdd, linked', indices.size, [read(indices), write(first), write(next)], (access) => {
    const row = (at: string) => `clamp(${access.load(0, at)}, 0, ${rows - 1})`;
    return `let row = ${row('i')};
var earlier = i;
while (earlier > 0u) {
  if (${row('earlier - 1u')} == row) { break; }
  earlier--;
}
if (earlier == 0u) { ${access.store(1, 'u32(row)', 'i32(i)')} }
var later = i + 1u;
while (later < ${indices.size}u) {
  if (${row('later')} == row) { break; }
  later++;
}
${access.store(2, 'i', `select(-1, i32(later), later < ${indices.size}u)`)}`;
  });

/** A kernel of so many threads, each with its number `i`. */
function threads(label: string, count: number, uses: Kernel['uses'], emit: Kernel['emit']): Kernel {
  return {
    label,
    uses,
    groups: groupsFor(count),
    emit(access) {
      startNames();
      return `let i = group * ${WORKGROUP}u + local;
if (i >= ${count}u) { return; }
${emit(access)}`;
    },
  };
}
