/** Softmax over the last axis, and the cross-entropy on it: a thread for each row, or a workgroup where rows are long. */
import { sizeOf } from '../../../graph/operator.ts';
import { type Generator, type NodeContext, read, write } from '../context.ts';
import { type Access, groupsFor, type Kernel, type Use, WORKGROUP } from '../kernel.ts';
import { Code, epilogueOf, startNames } from './body.ts';
import { mapKernel } from './map.ts';

/** Columns from which a row is a workgroup's work. */
const LONG = 128;

export const softmax: Generator = (context) => [
  rowKernel(
    context,
    [],
    (at, { largest, total }, access) => `${access.helper('exponential1')}(${at} - ${largest}) / ${total}`,
  ),
];

export const softmaxCrossEntropyGradient: Generator = (context) => [
  rowKernel(
    context,
    [read(context.input(1)), read(context.input(2))],
    (at, { largest, total }, access, j) =>
      `(${access.helper('exponential1')}(${at} - ${largest}) / ${total} - select(0.0, 1.0, i32(${j}) == ${access.load(1, 'row')})) * ${access.load(2, 'row')}`,
  ),
];

/** A loss for each row: few results, so that a thread does a row whatever its length. */
export const softmaxCrossEntropy: Generator = (context) => {
  const [rows, columns] = context.shapes[0] as [number, number];
  if (columns >= LONG) return [longCrossEntropy(context, rows, columns)];
  return [
    mapKernel(context, {
      uses: [read(context.input(0)), read(context.input(1))],
      quads: false,
      value(code, access, i) {
        const first = code.let(`${i} * ${columns}u`);
        code.add(rowStatistics(access, first, columns, '0u', '1u'));
        const label = `min(u32(${access.load(1, i)}), ${columns - 1}u)`;
        return code.let(
          `(largest - ${access.load(0, `${first} + ${label}`)}) + ${access.helper('logarithm1')}(total)`,
        );
      },
    }),
  ];
};

function longCrossEntropy(context: NodeContext, rows: number, columns: number): Kernel {
  const body = epilogueOf(context);
  const uses = [read(context.input(0)), read(context.input(1)), ...narrow(body.uses), write(context.output)];
  return {
    label: context.node.op,
    uses,
    groups: rows,
    shared: { partial: `array<f32, ${WORKGROUP}>` },
    emit(access) {
      startNames();
      const code = new Code();
      const label = `min(u32(${access.load(1, 'row')}), ${columns - 1}u)`;
      const own = code.let(
        `(largest - ${access.load(0, `first + ${label}`)}) + ${access.helper('logarithm1')}(total)`,
      );
      code.add(access.store(uses.length - 1, 'row', body.emit(code, access, 2, 'row', 1, own)));
      return `${sharedStatistics(access, columns)}\nif (local == 0u) {\n${code}\n}`;
    },
  };
}

type Value = (at: string, row: { largest: string; total: string }, access: Access, column: string) => string;

function rowKernel(context: NodeContext, uses: readonly Use[], value: Value): Kernel {
  const shape = context.shapes[0]!;
  const columns = shape.at(-1)!;
  const rows = sizeOf(shape) / columns;
  const body = epilogueOf(context);
  const all = [read(context.input(0)), ...uses, ...narrow(body.uses), write(context.output)];
  const long = columns >= LONG;
  const eachColumn = (access: Access, from: string, step: string) => {
    const code = new Code();
    const i = code.let('first + j');
    const own = code.let(value(access.load(0, i), { largest: 'largest', total: 'total' }, access, 'j'));
    code.add(access.store(all.length - 1, i, body.emit(code, access, 1 + uses.length, i, 1, own)));
    return `for (var j = ${from}; j < ${columns}u; j += ${step}) {\n${code}\n}`;
  };
  return {
    label: context.node.op,
    uses: all,
    groups: long ? rows : groupsFor(rows),
    ...(long && { shared: { partial: `array<f32, ${WORKGROUP}>` } }),
    emit(access) {
      startNames();
      if (long)
        return `${sharedStatistics(access, columns)}\n${eachColumn(access, 'local', `${WORKGROUP}u`)}`;
      return `let row = group * ${WORKGROUP}u + local;
if (row >= ${rows}u) { return; }
let first = row * ${columns}u;
${rowStatistics(access, 'first', columns, '0u', '1u')}
${eachColumn(access, '0u', '1u')}`;
    },
  };
}

const narrow = (uses: readonly Use[]) => uses.map((use) => ({ ...use, wide: false }));

/** Declares `largest` and `total` (of the exponentials) of a row of logits, as far as these columns go. */
const rowStatistics = (access: Access, first: string, columns: number, from: string, step: string): string =>
  `var largest = ${access.load(0, `${first} + ${from}`)};
for (var j = ${from}; j < ${columns}u; j += ${step}) { largest = ${access.helper('maximum1')}(largest, ${access.load(0, `${first} + j`)}); }
var total = 0.0;
for (var j = ${from}; j < ${columns}u; j += ${step}) { total += ${access.helper('exponential1')}(${access.load(0, `${first} + j`)} - largest); }`;

/** The same by a whole workgroup. */
const sharedStatistics = (access: Access, columns: number): string => `let row = group;
let first = row * ${columns}u;
var own = ${access.load(0, 'first + local')};
for (var j = local; j < ${columns}u; j += ${WORKGROUP}u) { own = ${access.helper('maximum1')}(own, ${access.load(0, 'first + j')}); }
partial[local] = own;
workgroupBarrier();
for (var half = ${WORKGROUP / 2}u; half > 0u; half >>= 1u) {
  if (local < half) { partial[local] = ${access.helper('maximum1')}(partial[local], partial[local + half]); }
  workgroupBarrier();
}
let largest = partial[0];
workgroupBarrier();
own = 0.0;
for (var j = local; j < ${columns}u; j += ${WORKGROUP}u) { own += ${access.helper('exponential1')}(${access.load(0, 'first + j')} - largest); }
partial[local] = own;
workgroupBarrier();
for (var half = ${WORKGROUP / 2}u; half > 0u; half >>= 1u) {
  if (local < half) { partial[local] += partial[local + half]; }
  workgroupBarrier();
}
let total = partial[0];`;
