/**
 * Which ranges of which buffers a dispatch binds, and how its kernels' texts name them. Values share one buffer for each
 * region, so ranges that overlap become one binding: WebGPU allows no two to overlap where one is written.
 */
import type { MemoryPlan, Region } from '../../graph/memory-plan.ts';
import type { Access, Kernel, Use } from './kernel.ts';
import { addHelper } from './wgsl/helpers.ts';

/** Bindings must begin at multiples of so many elements (256 bytes). */
export const ALIGNMENT = 64;

export interface Binding {
  region: Region;
  /** In elements. */
  start: number;
  end: number;
  /** In bytes from there on it is another run's: inputs and outputs of several runs lie one behind the other. */
  dynamic: boolean;
  write: boolean;
  /** `u32` where both others lie within. */
  element: 'f32' | 'i32' | 'u32';
  /** Bound as vec4. */
  wide: boolean;
}

export const roundUp = (n: number, unit: number): number => Math.ceil(n / unit) * unit;
const isDynamic = (region: Region) => region === 'inputs' || region === 'outputs';

/** Bindings for kernels that share a dispatch; at most `limit` of them. */
export function bindingsFor(
  kernels: readonly Kernel[],
  sizes: MemoryPlan['sizes'],
  limit: number,
): Binding[] {
  const uses = kernels.flatMap((kernel) => kernel.uses);
  let ranges: { region: Region; start: number; end: number }[] = uses.map(({ operand: { place, size } }) =>
    isDynamic(place.region)
      ? { region: place.region, start: 0, end: sizes[place.region] + 1 }
      : {
          region: place.region,
          start: Math.floor(place.offset / ALIGNMENT) * ALIGNMENT,
          end: place.offset + Math.max(size, 1),
        },
  );
  ranges.sort((a, b) => (a.region === b.region ? a.start - b.start : a.region < b.region ? -1 : 1));
  ranges = mergeNeighbours(ranges, 0);
  for (let gap = ALIGNMENT; ranges.length > limit; gap *= 4) ranges = mergeNeighbours(ranges, gap);
  const written = new Set(uses.filter(({ write }) => write).map(({ operand }) => operand.place.region));
  return ranges.map(({ region, start, end }) => {
    const within = uses.filter(
      ({ operand: { place } }) => place.region === region && place.offset >= start && place.offset < end,
    );
    const dtypes = new Set(within.map(({ operand }) => operand.dtype));
    const aligned = ({ operand, wide }: Use) => !wide || (operand.place.offset - start) % 4 === 0;
    return {
      region,
      start,
      end: roundUp(end, 4),
      dynamic: isDynamic(region),
      write: written.has(region),
      element: dtypes.size > 1 ? 'u32' : dtypes.has('int32') ? 'i32' : 'f32',
      wide:
        within.some(({ wide }) => wide) &&
        within.every(aligned) &&
        within.every(({ write, wide }) => wide || !write),
    };
  });
}

function mergeNeighbours<R extends { region: Region; start: number; end: number }>(
  sorted: readonly R[],
  gap: number,
): R[] {
  const merged: R[] = [];
  for (const range of sorted) {
    const last = merged.at(-1);
    // Ends are rounded up to a vec4, beginnings down to the alignment: what shares such a piece overlaps.
    if (last && last.region === range.region && range.start < roundUp(last.end, 4) + gap) {
      last.end = Math.max(last.end, range.end);
    } else {
      merged.push({ ...range });
    }
  }
  return merged;
}

const bindingOf = ({ operand: { place } }: Use, bindings: readonly Binding[]): number =>
  bindings.findIndex(
    ({ region, start, end }) => region === place.region && place.offset >= start && place.offset < end,
  );

/** Uses that want vec4 but do not get it with these bindings. */
export const narrowed = (kernels: readonly Kernel[], bindings: readonly Binding[]): number =>
  kernels.flatMap(({ uses }) => uses).filter((use) => use.wide && !bindings[bindingOf(use, bindings)]!.wide)
    .length;

/** Declarations of the bindings, as `b0`, `b1`, …. */
export const declareBindings = (bindings: readonly Binding[]): string =>
  bindings
    .map(({ write, element, wide }, i) => {
      const type = wide ? `vec4<${element}>` : element;
      return `@group(0) @binding(${i}) var<storage, ${write ? 'read_write' : 'read'}> b${i}: array<${type}>;`;
    })
    .join('\n');

export function createAccess(
  kernel: Kernel,
  bindings: readonly Binding[],
  helpers: Map<string, string>,
): Access {
  const at = kernel.uses.map((use) => {
    const number = bindingOf(use, bindings);
    const binding = bindings[number]!;
    return {
      name: `b${number}`,
      binding,
      rest: use.operand.place.offset - binding.start,
      dtype: use.operand.dtype,
    };
  });
  const plus = (index: string, rest: number) =>
    rest === 0 ? index : index === '0u' ? `${rest}u` : `(${index}) + ${rest}u`;
  /** As the operand's type, from the binding's. */
  const typed = (text: string, { binding, dtype }: (typeof at)[number], width: 1 | 4) => {
    const own = dtype === 'int32' ? 'i32' : 'f32';
    if (binding.element === own) return text;
    return `bitcast<${width === 4 ? `vec4<${own}>` : own}>(${text})`;
  };
  const raw = (text: string, { binding, dtype }: (typeof at)[number], width: 1 | 4) =>
    binding.element === (dtype === 'int32' ? 'i32' : 'f32')
      ? text
      : `bitcast<${width === 4 ? `vec4<${binding.element}>` : binding.element}>(${text})`;
  const access: Access = {
    load(use, index) {
      const from = at[use]!;
      const element = plus(index, from.rest);
      const text = from.binding.wide
        ? `${from.name}[(${element}) >> 2u][(${element}) & 3u]`
        : `${from.name}[${element}]`;
      return typed(text, from, 1);
    },
    load4(use, index) {
      const from = at[use]!;
      if (from.binding.wide) return typed(`${from.name}[(${plus(index, from.rest)}) >> 2u]`, from, 4);
      const parts = [0, 1, 2, 3].map((n) => access.load(use, n === 0 ? index : `(${index}) + ${n}u`));
      return `vec4<${from.dtype === 'int32' ? 'i32' : 'f32'}>(${parts.join(', ')})`;
    },
    store(use, index, value) {
      const to = at[use]!;
      return `${to.name}[${plus(index, to.rest)}] = ${raw(value, to, 1)};`;
    },
    store4(use, index, value) {
      const to = at[use]!;
      if (to.binding.wide) return `${to.name}[(${plus(index, to.rest)}) >> 2u] = ${raw(value, to, 4)};`;
      const parts = [0, 1, 2, 3].map((n) => access.store(use, `(${index}) + ${n}u`, `quad[${n}]`));
      return `{ let quad = ${value}; ${parts.join(' ')} }`;
    },
    helper(name) {
      addHelper(helpers, name);
      return name;
    },
  };
  return access;
}
