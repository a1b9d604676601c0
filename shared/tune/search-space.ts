/** The parameters of a sweep in an order in which each comes after the one that it depends on, and which of them a trial has. */
import { canonicalJson } from '../definition/canonical.ts';
import type { Dimension, Json, Parameters } from '../schema/sweep.ts';
import { valueAt } from './dimension.ts';

/** Dimensions by the dotted path of what they set. */
export type Space = Readonly<Record<string, Dimension>>;

/** Parents before children, else as they stand. A circle is left out, which `SweepSpec` refuses. */
export function inOrder(space: Space): [path: string, dimension: Dimension][] {
  const ordered = new Map<string, Dimension>();
  let waiting = Object.entries(space);
  for (;;) {
    const [ready, rest] = [[] as typeof waiting, [] as typeof waiting];
    for (const entry of waiting) {
      const { when } = entry[1];
      (!when || ordered.has(when.parameter) ? ready : rest).push(entry);
    }
    if (ready.length === 0) return [...ordered];
    for (const [path, dimension] of ready) ordered.set(path, dimension);
    waiting = rest;
  }
}

/** Whether a trial that has `parameters` so far has this one too. */
export function isActive({ when }: Dimension, parameters: Parameters): boolean {
  if (!when) return true;
  if (!Object.hasOwn(parameters, when.parameter)) return false;
  const value = canonicalJson(parameters[when.parameter]);
  return when.in.some((one) => canonicalJson(one) === value);
}

/** Gives each active parameter the value that `choose` says. */
export function fill(space: Space, choose: (path: string, dimension: Dimension) => Json): Parameters {
  const parameters: Parameters = {};
  for (const [path, dimension] of inOrder(space)) {
    if (isActive(dimension, parameters)) parameters[path] = choose(path, dimension);
  }
  return parameters;
}

/** `random`: uniform in [0, 1). Draws as many numbers as there are parameters, active or not. */
export function sampleParameters(space: Space, random: () => number): Parameters {
  const drawn = new Map(Object.keys(space).map((path) => [path, random()]));
  return fill(space, (path, dimension) => valueAt(dimension, drawn.get(path)!));
}
