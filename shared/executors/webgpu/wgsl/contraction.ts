/**
 * Sums of products, each thread holding a tile of `tile[0]` rows and `tile[1]` columns of the output in registers: the
 * matrix product, and convolutions seen as one. Generators say how to reach the two factors.
 */
import { type NodeContext, type Tile, write } from '../context.ts';
import { type Access, groupsFor, type Kernel, type Use, WORKGROUP } from '../kernel.ts';
import { Code, epilogueOf, startNames } from './body.ts';

/** How a factor lies in memory: neighbours along the sum's last loop, along the rows or columns of the output, or neither. */
export type Along = 'depth' | 'side' | 'neither';

export interface Factor {
  along: Along;
  /** Statements once a thread, for each row (or column) of the tile: `at` is its number, `n` its place in the tile. */
  prepare(n: number, at: string): string;
  /** Statements in the innermost of the outer loops. */
  step(n: number): string;
  /** One value, at place `k` of the last loop; or four, along depth or side as `along` says. */
  load(access: Access, n: number, k: string): string;
  load4(access: Access, n: number, k: string): string;
}

export interface Contraction {
  uses: readonly Use[];
  /** Matrices of the output, with what to do once for matrix `z`. */
  matrices: number;
  prepare: string;
  rows: number;
  columns: number;
  /** Of the sum, around the last: name and count of each. */
  loops: readonly { name: string; from: string; to: string }[];
  /** Count of the last loop. */
  depth: number;
  a: Factor;
  b: Factor;
  tile: Tile;
  /** Where to, if not to the node's output: a scratch operand with one result for each matrix, without its program. */
  target?: Use;
}

export function contractionKernel(context: NodeContext, rule: Contraction): Kernel {
  const { rows, columns, matrices, tile, a, b } = rule;
  const [tileRows, tileColumns] = tile;
  const across = Math.ceil(columns / tileColumns);
  const down = Math.ceil(rows / tileRows);
  const threads = across * down * matrices;
  const body = epilogueOf(context);
  const ownsTarget = rule.target !== undefined;
  const size = rows * columns * matrices;
  const wide = columns % 4 === 0 && (ownsTarget || (body.quads && context.output.place.offset % 4 === 0));
  const bodyUses = ownsTarget ? [] : body.uses.map((use) => (wide ? use : { ...use, wide: false }));
  const target = rule.target ?? write(context.output, wide);
  const uses = [...rule.uses, ...bodyUses, { ...target, wide }];
  const quadsAcross = tileColumns / 4;

  return {
    label: context.node.op,
    uses,
    groups: groupsFor(threads),
    emit(access) {
      startNames();
      const lines: string[] = [
        `let thread = group * ${WORKGROUP}u + local;`,
        `if (thread >= ${threads}u) { return; }`,
        `let column = (thread % ${across}u) * ${tileColumns}u;`,
        `let row = ((thread / ${across}u) % ${down}u) * ${tileRows}u;`,
        `let z = thread / ${across * down}u;`,
        rule.prepare,
      ];
      const add = (text: string) => lines.push(text);
      for (let i = 0; i < tileRows; i++) {
        add(`let row${i} = ${clamped(`row + ${i}u`, rows, tileRows)};`);
        add(a.prepare(i, `row${i}`));
      }
      const whole = columns % 4 === 0; // then every quad lies wholly inside or outside
      for (let j = 0; j < tileColumns; j++) {
        const last = whole ? columns - 4 + (j % 4) : columns - 1;
        add(`let column${j} = ${clamped(`column + ${j}u`, last + 1, tileColumns, columns)};`);
        add(b.prepare(j, `column${j}`));
      }
      for (let i = 0; i < tileRows; i++) {
        for (let q = 0; q < quadsAcross; q++) add(`var sum${i}_${q} = vec4f();`);
      }
      for (const { name, from, to } of rule.loops)
        add(`for (var ${name} = ${from}; ${name} < ${to}; ${name}++) {`);
      for (let i = 0; i < tileRows; i++) add(a.step(i));
      for (let j = 0; j < tileColumns; j++) add(b.step(j));
      // Only vectors along the depth gain by four places at a time.
      const fours = a.along === 'depth' || b.along === 'depth' ? Math.floor(rule.depth / 4) * 4 : 0;
      if (fours > 0) {
        add(`for (var k = 0u; k < ${fours}u; k += 4u) {`);
        add(products(rule, access, 4));
        add('}');
      }
      if (fours < rule.depth) {
        add(`for (var k = ${fours}u; k < ${rule.depth}u; k++) {`);
        add(products(rule, access, 1));
        add('}');
      }
      for (const _ of rule.loops) add('}');
      for (let i = 0; i < tileRows; i++) {
        if (rows % tileRows !== 0) add(`if (row + ${i}u < ${rows}u) {`);
        for (let q = 0; q < quadsAcross; q++) {
          const base = `z * ${rows * columns}u + (row + ${i}u) * ${columns}u + column + ${q * 4}u`;
          const put = (n: string, value: string, width: 1 | 4) => {
            const code = new Code();
            const at = code.let(n);
            const result = ownsTarget ? value : body.emit(code, access, rule.uses.length, at, width, value);
            const use = uses.length - 1;
            code.add(width === 4 ? access.store4(use, at, result) : access.store(use, at, result));
            return String(code);
          };
          for (let n = 0; n < (wide ? 1 : 4); n++) {
            const guard = columns % tileColumns !== 0;
            if (guard) add(`if (column + ${q * 4 + n}u < ${columns}u) {`);
            else add('{');
            add(wide ? put(base, `sum${i}_${q}`, 4) : put(`${base} + ${n}u`, `sum${i}_${q}[${n}]`, 1));
            add('}');
          }
        }
        if (rows % tileRows !== 0) add('}');
      }
      if (size === 0) return 'return;';
      return lines.filter((line) => line !== '').join('\n');
    },
  };
}

/** A row or column that exists: those past the end do the last one's work again, for nothing. */
const clamped = (at: string, count: number, tile: number, all = count): string =>
  all % tile === 0 ? at : `min(${at}, ${count - 1}u)`;

/** One or four places of the sum's last loop, from `k` on, added to all sums of the tile. */
function products(
  { a, b, tile: [tileRows, tileColumns], columns }: Contraction,
  access: Access,
  count: 1 | 4,
): string {
  const lines: string[] = [];
  const bName = (quad: number, n: number) => `b${quad}_${n}`;
  /** Of row i at place n. */
  let left: (i: number, n: number) => string;
  if (a.along === 'depth' && count === 4) {
    for (let i = 0; i < tileRows; i++) lines.push(`let x${i} = ${a.load4(access, i, 'k')};`);
    left = (i, n) => `x${i}[${n}]`;
  } else if (a.along === 'side') {
    left = (i, n) => `y${n}_${i >> 2}[${i & 3}]`;
  } else {
    left = (i, n) => `x${i}_${n}`;
  }
  const place = (n: number) => (n === 0 ? 'k' : `k + ${n}u`);
  const transposed = b.along === 'depth' && count === 4;
  if (transposed) {
    for (let j = 0; j < tileColumns; j++) lines.push(`let w${j} = ${b.load4(access, j, 'k')};`);
  }
  for (let n = 0; n < count; n++) {
    if (a.along === 'side') {
      for (let q = 0; q < tileRows / 4; q++)
        lines.push(`let y${n}_${q} = ${a.load4(access, q * 4, place(n))};`);
    } else if (!(a.along === 'depth' && count === 4)) {
      for (let i = 0; i < tileRows; i++) lines.push(`let x${i}_${n} = ${a.load(access, i, place(n))};`);
    }
    for (let q = 0; q < tileColumns / 4; q++) {
      const four = [0, 1, 2, 3].map((j) => q * 4 + j);
      const value = transposed
        ? `vec4f(${four.map((j) => `w${j}[${n}]`).join(', ')})`
        : b.along === 'side' && columns % 4 === 0
          ? b.load4(access, q * 4, place(n))
          : `vec4f(${four.map((j) => b.load(access, j, place(n))).join(', ')})`;
      lines.push(`let ${bName(q, n)} = ${value};`);
    }
    for (let i = 0; i < tileRows; i++) {
      for (let q = 0; q < tileColumns / 4; q++) lines.push(`sum${i}_${q} += ${left(i, n)} * ${bName(q, n)};`);
    }
  }
  return lines.join('\n');
}

/** A tile for an output of this size: as large as is good for the device where there are rows and columns enough. */
export function tileFor({ largestTile: [most, across] }: NodeContext, rows: number, columns: number): Tile {
  const wide = columns > 4 ? across : 4;
  if (rows >= most && rows * columns >= 2048) return [most, wide];
  if (rows >= 4) return [4, rows * columns >= 1024 ? wide : 4];
  return [rows, 4];
}
