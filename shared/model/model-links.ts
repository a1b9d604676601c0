/**
 * How the entries of a model are connected. An entry takes the one before it (the first: all features), unless its `inputs` name
 * earlier entries by id, or features as `feature:COLUMN`; a cycle cannot be written.
 */
import * as z from 'zod';
import { type InputCount, ONE_INPUT } from './block.ts';
import { blocks } from './blocks/list.ts';

export const FEATURE = 'feature:';

/** The output head's name, and names that mean something else in a file of the model. */
const RESERVED = ['output', 'x', 'constructor', 'prototype'];

/** What each entry may say besides its block's parameters. */
export const MODEL_LINKS = {
  /** Its name for other entries; without one it is named by its type and place, such as `dense_1`. */
  id: z
    .string()
    .max(64)
    .regex(
      /^[a-z][a-z0-9-]*$/,
      'an id is small letters, digits and hyphens, a letter first, such as "branch-1"',
    )
    .refine((id) => !RESERVED.includes(id), {
      error: ({ input }) => `"${input}" is a name of the model's own; choose another id`,
    })
    .optional(),
  /** Ids of earlier entries, or `feature:COLUMN`; default: the entry before. */
  inputs: z.array(z.string().min(1).max(210)).min(1).max(16).optional(),
  /** Its weights stay as they are while the others learn, and it runs as it will when it predicts. */
  frozen: z.boolean().optional(),
};

export interface LinkedEntry {
  type: string;
  id?: string | undefined;
  inputs?: readonly string[] | undefined;
}

export interface LinkProblem {
  /** Place of the entry it is about. */
  place: number;
  /** Within the model, such as [3, 'inputs', 0]. */
  path: (string | number)[];
  message: string;
}

/** Where an input comes from: an entry's place, a feature's column, or all features. */
export type Source = { entry: number } | { column: string } | 'x';

/** An entry's name among the model's layers, which its parameters bear: its id, or such as `dense_1` for the first. */
export const entryName = ({ type, id }: LinkedEntry, place: number): string => id ?? `${type}_${place + 1}`;

/** Columns of the features that a model names, each with the path where it does. */
export function namedFeatures(
  model: readonly LinkedEntry[],
): { path: (string | number)[]; column: string }[] {
  return model.flatMap(({ inputs = [] }, place) =>
    inputs.flatMap((input, i) =>
      input.startsWith(FEATURE) ? [{ path: [place, 'inputs', i], column: input.slice(FEATURE.length) }] : [],
    ),
  );
}

/** Sources of the entry at `place`; entries are found by id among those before it. Undefined where there is no such entry. */
export function sourcesOf(model: readonly LinkedEntry[], place: number): (Source | undefined)[] {
  const { inputs } = model[place]!;
  if (!inputs) return [place === 0 ? 'x' : { entry: place - 1 }];
  return inputs.map((input) => {
    if (input.startsWith(FEATURE)) return { column: input.slice(FEATURE.length) };
    const entry = model.findIndex(({ id }, i) => i < place && id === input);
    return entry < 0 ? undefined : { entry };
  });
}

/** Everything wrong with how the entries are connected; features are looked up elsewhere, where the columns are known. */
export function linkProblems(model: readonly LinkedEntry[]): LinkProblem[] {
  const problems: LinkProblem[] = [];
  const report = (place: number, part: (string | number)[], message: string) =>
    problems.push({ place, path: [place, ...part], message });
  const used = new Set([model.length - 1]);
  for (const [place, entry] of model.entries()) {
    const { type, id, inputs } = entry;
    const first = id === undefined ? -1 : model.findIndex((other) => other.id === id);
    if (first >= 0 && first < place) {
      report(place, ['id'], `the id "${id}" is taken by entry ${first}; choose another`);
    }
    for (const [i, source] of sourcesOf(model, place).entries()) {
      if (source === undefined) {
        const message = unknownInput(model, place, inputs![i]!);
        report(place, ['inputs', i], message);
      } else if (typeof source === 'object' && 'entry' in source) used.add(source.entry);
    }
    const { least, most } = inputCounts.get(type) ?? ONE_INPUT;
    const count = inputs?.length ?? 1;
    // that there is one at all the schema sees to
    if (count > 0 && (count < least || count > most)) {
      const takes = least === most ? `exactly ${least} input` : `${least} to ${most} inputs`;
      report(place, ['inputs'], `a ${type} block takes ${takes}, not ${count}`);
    }
  }
  // what a wrong reference was meant for is no loose end
  if (problems.some(({ path }) => path[1] === 'inputs')) return problems;
  for (const [place, entry] of model.entries()) {
    if (used.has(place)) continue;
    const name = entryName(entry, place);
    report(
      place,
      [],
      `nothing takes what "${name}" gives; name it in the inputs of a later entry, or remove it`,
    );
  }
  return problems;
}

const inputCounts = new Map<string, InputCount>(
  blocks.map((block) => [block.type, 'inputs' in block ? block.inputs : ONE_INPUT]),
);

function unknownInput(model: readonly LinkedEntry[], place: number, input: string): string {
  const ids = model.slice(0, place).flatMap(({ id }) => (id === undefined ? [] : [`"${id}"`]));
  const there = ids.length > 0 ? `there are ${ids.slice(0, 20).join(', ')}` : 'none of those has an id';
  const later = model.slice(place).some(({ id }) => id === input)
    ? ', though a later or the same one is'
    : '';
  return `no entry before this one is named "${input}"${later}: ${there}; a feature is named as "feature:COLUMN"`;
}
