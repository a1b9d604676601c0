/**
 * Kernels into dispatches. Elementwise work on the same places becomes one kernel; kernels that do not wait for one another
 * share a dispatch.
 */
import type { MemoryPlan } from '../../graph/memory-plan.ts';
import { bindingsFor, narrowed } from './bindings.ts';
import type { Kernel, Use } from './kernel.ts';
import { kernelOfElements } from './wgsl/map.ts';

/** Most operands of a kernel joined from several. */
const MOST_USES = 10;

const overlaps = (a: Use, b: Use): boolean => {
  const [x, y] = [a.operand, b.operand];
  return (
    x.place.region === y.place.region &&
    x.place.offset < y.place.offset + y.size &&
    y.place.offset < x.place.offset + x.size
  );
};

const conflicts = (a: Kernel, b: Kernel): boolean =>
  a.uses.some((use) => b.uses.some((other) => (use.write || other.write) && overlaps(use, other)));

/** Groups, each one dispatch, in order. */
export function scheduleKernels(
  kernels: readonly Kernel[],
  sizes: MemoryPlan['sizes'],
  limit: number,
): Kernel[][] {
  const levels: Kernel[][] = [];
  const levelOf = new Map<Kernel, number>();
  for (const kernel of joinElementwise(kernels)) {
    let level = 0;
    for (const [before, at] of levelOf) if (at >= level && conflicts(before, kernel)) level = at + 1;
    levelOf.set(kernel, level);
    levels[level] = [...(levels[level] ?? []), kernel];
  }
  return levels.flatMap((level) => groupLevel(level, sizes, limit));
}

/** Kernels of one level share a dispatch as long as none of them loses its wide bindings by it. */
function groupLevel(level: readonly Kernel[], sizes: MemoryPlan['sizes'], limit: number): Kernel[][] {
  const lost = (kernels: readonly Kernel[]) => narrowed(kernels, bindingsFor(kernels, sizes, limit));
  const groups: Kernel[][] = [];
  for (const kernel of level) {
    const alone = lost([kernel]);
    const fits = groups.find((group) => lost([...group, kernel]) <= lost(group) + alone);
    if (fits) fits.push(kernel);
    else groups.push([kernel]);
  }
  return groups;
}

/** Such as an optimiser's slots and weights, all updated at the same place by the same thread. */
function joinElementwise(kernels: readonly Kernel[]): Kernel[] {
  const joined: Kernel[] = [];
  for (const kernel of kernels) {
    let at = -1;
    // It may move up to an earlier kernel if nothing in between gets in its way.
    for (let i = joined.length - 1; i >= 0; i--) {
      if (canJoin(joined[i]!, kernel)) {
        at = i;
        break;
      }
      if (conflicts(joined[i]!, kernel)) break;
    }
    if (at < 0) joined.push(kernel);
    else joined[at] = joinPair(joined[at]!, kernel);
  }
  return joined;
}

function canJoin(a: Kernel, b: Kernel): boolean {
  const [x, y] = [a.element, b.element];
  if (!x || !y || x.count !== y.count || x.wide !== y.wide) return false;
  if (a.uses.length + b.uses.length > 2 * MOST_USES) return false;
  let shared = false;
  for (const [i, use] of a.uses.entries()) {
    for (const [j, other] of b.uses.entries()) {
      if (!overlaps(use, other)) continue;
      shared = true;
      const same =
        x.sameIndex[i] && y.sameIndex[j] && use.operand.place.offset === other.operand.place.offset;
      if ((use.write || other.write) && !same) return false;
    }
  }
  return shared && distinct([...a.uses, ...b.uses]) <= MOST_USES;
}

const distinct = (uses: readonly Use[]): number =>
  new Set(uses.map(({ operand: { place } }) => `${place.region} ${place.offset}`)).size;

function joinPair(a: Kernel, b: Kernel): Kernel {
  const [x, y] = [a.element!, b.element!];
  const first = a.uses.length;
  return kernelOfElements(`${a.label}, ${b.label}`, [...a.uses, ...b.uses], {
    count: x.count,
    wide: x.wide,
    sameIndex: [...x.sameIndex, ...y.sameIndex],
    emit: (access) => {
      const later = {
        ...access,
        load: (use: number, index: string) => access.load(use + first, index),
        load4: (use: number, index: string) => access.load4(use + first, index),
        store: (use: number, index: string, value: string) => access.store(use + first, index, value),
        store4: (use: number, index: string, value: string) => access.store4(use + first, index, value),
      };
      return `{\n${x.emit(access)}\n}\n{\n${y.emit(later)}\n}`;
    },
  });
}
