/** sum, mean and max over some axes; in two stages where few results come of many elements. */

import { sizeOf } from '../../../graph/operator.ts';
import { stridesOf } from '../../../graph/strided.ts';
import { type Generator, type NodeContext, read, write } from '../context.ts';
import { groupsFor, type Kernel, type Operand, WORKGROUP } from '../kernel.ts';
import { Code, startNames } from './body.ts';
import { mapKernel } from './map.ts';
import { literal, type Width } from './scalar.ts';

/** Threads that a device should have to do at least. */
const ENOUGH_THREADS = 1024;
/** Elements below which a sum is not shared out. */
const LEAST = 32;

interface Axis {
  extent: number;
  stride: number;
}

export const reduce: Generator = (context) => {
  const { node, shapes } = context;
  const shape = shapes[0]!;
  const { axes } = node.attributes as { axes: readonly number[] };
  const strides = stridesOf(shape);
  const axesOf = (reduced: boolean): Axis[] => {
    const merged: (Axis & { last: number })[] = [];
    for (const [axis, extent] of shape.entries()) {
      if (axes.includes(axis) !== reduced) continue;
      const last = merged.at(-1);
      if (last && last.stride === extent * strides[axis]!) {
        last.extent *= extent;
        last.stride = strides[axis]!;
      } else merged.push({ extent, stride: strides[axis]!, last: axis });
    }
    return merged;
  };
  const kept = axesOf(false);
  const reduced = axesOf(true);
  const outputs = sizeOf(node.shape);
  const count = reduced.reduce((size, { extent }) => size * extent, 1);
  const rule = ruleOf(node.op, count);
  const x = context.input(0);
  // Four results at a time where neighbours in the output are neighbours in the input.
  const quads =
    kept.at(-1)?.stride === 1 &&
    kept.at(-1)!.extent % 4 === 0 &&
    x.place.offset % 4 === 0 &&
    alignedBy4(kept, reduced);
  const splits = Math.min(
    Math.floor(count / LEAST),
    Math.floor(ENOUGH_THREADS / Math.max(outputs / (quads ? 4 : 1), 1)),
  );
  if (splits < 2 || count < 4 * LEAST) {
    return [
      mapKernel(context, {
        uses: [read(x, quads)],
        quads,
        value(code, access, i, width) {
          const from = code.let(dotOf(i, kept, outputs));
          const load = (at: string) => (width === 4 ? access.load4(0, at) : access.load(0, at));
          code.add(`var total = ${typed(rule.start, width)};`);
          code.add(
            loopsOver(
              reduced,
              from,
              (at) => `total = ${rule.step('total', load(at), access.helper, width)};`,
            ),
          );
          return code.let(rule.finish('total', width));
        },
      }),
    ];
  }
  const each = Math.ceil(count / splits);
  const width: Width = quads ? 4 : 1;
  const perSplit = outputs / width;
  const used = Math.ceil(count / each);
  const partials = context.scratch(used * outputs);
  const first: Kernel = {
    label: `${node.op} in parts`,
    uses: [read(x, quads), write(partials, quads)],
    groups: groupsFor(perSplit * used),
    emit(access) {
      startNames();
      const code = new Code();
      const from = code.let(dotOf('i', kept, outputs));
      const at = code.let(`${from} + ${dotOf('n', reduced, count)}`);
      const value = quads ? access.load4(0, at) : access.load(0, at);
      return `let thread = group * ${WORKGROUP}u + local;
if (thread >= ${perSplit * used}u) { return; }
let i = (thread % ${perSplit}u) * ${width}u;
let part = thread / ${perSplit}u;
var total = ${typed(rule.start, width)};
for (var n = part * ${each}u; n < min((part + 1u) * ${each}u, ${count}u); n++) {
${code}
total = ${rule.step('total', value, access.helper, width)};
}
${quads ? access.store4(1, `part * ${outputs}u + i`, 'total') : access.store(1, `part * ${outputs}u + i`, 'total')}`;
    },
  };
  return [first, combine(context, partials, used, rule)];
};

/** Adds up partial results [splits, …output], and does what the node carries. */
export const sumPartials = (context: NodeContext, partials: Operand, splits: number): Kernel =>
  combine(context, partials, splits, ruleOf('sum', splits));

type Rule = ReturnType<typeof ruleOf>;

function combine(context: NodeContext, partials: Operand, splits: number, rule: Rule): Kernel {
  const outputs = partials.size / splits;
  const quads = outputs % 4 === 0;
  return mapKernel(context, {
    uses: [read(partials, quads)],
    quads,
    value(code, access, i, width) {
      const at = `part * ${outputs}u + ${i}`;
      const value = width === 4 ? access.load4(0, at) : access.load(0, at);
      code.add(`var total = ${typed(rule.start, width)};`);
      code.add(
        `for (var part = 0u; part < ${splits}u; part++) { total = ${rule.step('total', value, access.helper, width)}; }`,
      );
      return code.let(rule.finish('total', width));
    },
  });
}

function ruleOf(op: string, count: number) {
  const lowest = '-bitcast<f32>(infinity)';
  return {
    start: op === 'max' ? lowest : '0.0',
    step: (total: string, value: string, helper: (name: string) => string, width: Width) =>
      op === 'max' ? `${helper(`maximum${width}`)}(${total}, ${value})` : `${total} + ${value}`,
    finish(total: string, width: Width) {
      if (op !== 'mean') return total;
      return count === 0
        ? typed('bitcast<f32>(notANumber)', width)
        : `${total} * ${literal(1 / count, width)}`;
    },
  };
}

const typed = (value: string, width: Width) => (width === 4 ? `vec4f(${value})` : `f32(${value})`);

const alignedBy4 = (...axes: Axis[][]): boolean =>
  axes.flat().every(({ stride }) => stride === 1 || stride % 4 === 0);

/** Where index `i`, counted through `axes` row by row, lies in the input. */
function dotOf(i: string, axes: readonly Axis[], size: number): string {
  let inner = size;
  const terms = axes.flatMap(({ extent, stride }, n) => {
    inner /= extent;
    if (extent === 1) return [];
    const shifted = inner === 1 ? i : `${i} / ${inner}u`;
    const index = n === 0 ? shifted : `(${shifted}) % ${extent}u`;
    return [stride === 1 ? `(${index})` : `(${index}) * ${stride}u`];
  });
  return terms.length > 0 ? terms.join(' + ') : '0u';
}

function loopsOver(axes: readonly Axis[], from: string, step: (at: string) => string): string {
  const heads = axes.map(({ extent }, n) => `for (var r${n} = 0u; r${n} < ${extent}u; r${n}++) {`);
  const at = [from, ...axes.map(({ stride }, n) => (stride === 1 ? `r${n}` : `r${n} * ${stride}u`))].join(
    ' + ',
  );
  return `${heads.join('\n')}\n${step(at)}\n${axes.map(() => '}').join('')}`;
}
