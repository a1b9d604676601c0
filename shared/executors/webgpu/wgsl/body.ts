/** The elementwise program that a node carries (`Node.fused`), as statements on one element of its output, or four. */
import type { Fused, Read, Shape } from '../../../graph/graph.ts';
import { sizeOf } from '../../../graph/operator.ts';
import { type NodeContext, read } from '../context.ts';
import type { Access, Use } from '../kernel.ts';
import { type Argument, literal, scalarExpression, type Width } from './scalar.ts';

/** Statements of a scope, with a name for each value. */
export class Code {
  #lines: string[] = [];
  #names = new Map<string, string>();

  /** A name for the value of `expression`, the same one if it has one already. Not for what changes. */
  let(expression: string): string {
    if (/^(\w+|[\d.]+f)$/.test(expression)) return expression;
    const known = this.#names.get(expression);
    if (known) return known;
    const name = `v${counter++}`;
    this.#lines.push(`let ${name} = ${expression};`);
    this.#names.set(expression, name);
    return name;
  }

  add(statement: string): void {
    this.#lines.push(statement);
  }

  toString(): string {
    return this.#lines.join('\n');
  }
}
let counter = 0;
/** Names start anew, so that equal kernels have equal texts. */
export const startNames = (): void => {
  counter = 0;
};

/** A read with neighbouring axes put together wherever one stride serves both. */
interface Walk {
  offset: number;
  axes: { extent: number; stride: number }[];
}

export function walkOf({ offset, strides }: Pick<Read, 'offset' | 'strides'>, shape: Shape): Walk {
  const axes: Walk['axes'] = [];
  for (const [i, extent] of shape.entries()) {
    if (extent === 1) continue;
    const stride = strides[i]!;
    const last = axes.at(-1);
    if (last && last.stride === extent * stride) {
      last.extent *= extent;
      last.stride = stride;
    } else {
      axes.push({ extent, stride });
    }
  }
  return { offset, axes };
}

export const isIdentity = ({ offset, axes }: Walk): boolean =>
  offset === 0 && (axes.length === 0 || (axes.length === 1 && axes[0]!.stride === 1));

/** How four elements from a multiple of 4 on are read; null where they cross a row's end. */
function quadOf({ offset, axes }: Walk): 'vector' | 'same' | 'apart' | null {
  const last = axes.at(-1);
  if (!last || axes.every(({ stride }) => stride === 0)) return 'same';
  if (last.extent % 4 !== 0) return null;
  if (last.stride === 0) return 'same';
  const aligned = offset % 4 === 0 && axes.slice(0, -1).every(({ stride }) => stride % 4 === 0);
  return last.stride === 1 && aligned ? 'vector' : 'apart';
}

/** The index that a walk has for element `i` of the output. */
function indexOf(walk: Walk, i: string, code: Code): string {
  const terms = walk.offset === 0 ? [] : [`${walk.offset}u`];
  let inner = walk.axes.reduce((size, { extent }) => size * extent, 1);
  for (const [n, { extent, stride }] of walk.axes.entries()) {
    inner /= extent;
    if (stride === 0) continue;
    const shifted = inner === 1 ? i : code.let(`${i} / ${inner}u`);
    const index = n === 0 ? shifted : code.let(`${shifted} % ${extent}u`);
    terms.push(stride === 1 ? index : `${index} * ${stride}u`);
  }
  if (terms.length === 0) return '0u';
  return terms.length === 1 ? terms[0]! : code.let(terms.join(' + '));
}

/** A body ready to be written out, and the operands it reads besides those of its node's own operator. */
export interface Body {
  uses: readonly Use[];
  /** Those of `uses` that are read at the output's own index alone. */
  sameIndex: readonly boolean[];
  /** Whether it can do four elements at a time. */
  quads: boolean;
  /** The result's name. `own`: value of the node's own operator; `first`: number of `uses[0]` among the kernel's. */
  emit(code: Code, access: Access, first: number, i: string, width: Width, own?: string): string;
}

/** `steps` is done to `own` (value 0, where `hasOwn`) and the reads. */
export function bodyOf(context: NodeContext, { reads, steps }: Fused, hasOwn: boolean): Body {
  const { shape } = context.node;
  const sources = reads.map((source) => ({
    input: source.input,
    walk: walkOf(source, shape),
    constant: context.constantOf(source.input),
  }));
  const read4 = sources.map(({ walk, constant }) => (constant === undefined ? quadOf(walk) : 'same'));
  const read1 = sources.filter(({ constant }) => constant === undefined);
  const quads = sizeOf(shape) % 4 === 0 && !read4.includes(null);
  return {
    uses: read1.map(({ input, walk }) => read(context.input(input), quads && quadOf(walk) === 'vector')),
    sameIndex: read1.map(({ walk }) => isIdentity(walk)),
    quads,
    emit(code, access, first, i, width, own) {
      let use = first;
      const values: Argument[] = hasOwn ? [{ text: own! }] : [];
      for (const [n, { walk, constant }] of sources.entries()) {
        if (constant !== undefined) {
          values.push({ text: literal(constant, width), literal: constant });
          continue;
        }
        const index = indexOf(walk, i, code);
        let text = access.load(use, index);
        if (width === 4) {
          const quad = read4[n];
          const step = walk.axes.at(-1)?.stride;
          if (quad === 'same') text = `vec4f(${code.let(text)})`;
          else if (quad === 'vector') text = access.load4(use, index);
          else
            text = `vec4f(${[0, 1, 2, 3].map((k) => access.load(use, `${index} + ${k * step!}u`)).join(', ')})`;
        }
        values.push({ text: code.let(text) });
        use++;
      }
      for (const { op, args } of steps) {
        values.push({
          text: code.let(
            scalarExpression(
              op,
              width,
              args.map((arg) => values[arg]!),
              access,
            ),
          ),
        });
      }
      return values.at(-1)!.text;
    },
  };
}

/** What a node does to its own operator's value: nothing, where it carries no program. */
export const epilogueOf = (context: NodeContext): Body =>
  bodyOf(context, context.node.fused ?? { reads: [], steps: [] }, true);
