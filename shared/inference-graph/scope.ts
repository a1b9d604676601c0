/** What a step can see of a row, and how a path finds it. */
import type { Comparison, Condition } from '../schema/inference-graph.ts';
import type { Instance, Prediction } from '../schema/prediction.ts';
import { readAnswer } from './answer-fields.ts';

export interface Scope {
  /** Place of the row among those that were sent. */
  at: number;
  request: Instance;
  /** What the step before answered. */
  response: Prediction | undefined;
  /** What earlier steps answered, by their names. */
  steps: ReadonlyMap<string, Prediction>;
}

/** `request.text` → `['request', 'text']`: names of steps may have dots, so the longest of `names` that fits is taken. */
export function splitPath(path: string, names: Iterable<string>): [owner: string, field: string] {
  let owner = path.slice(0, path.indexOf('.'));
  for (const name of names) if (name.length > owner.length && path.startsWith(`${name}.`)) owner = name;
  return [owner, path.slice(owner.length + 1)];
}

/** Undefined where there is no such thing. */
export function readPath(path: string, { request, response, steps }: Scope): unknown {
  const [owner, field] = splitPath(path, steps.keys());
  if (owner === 'request') return Object.hasOwn(request, field) ? request[field] : undefined;
  const answer = owner === 'response' ? response : steps.get(owner);
  return answer && readAnswer(answer, field);
}

/** A value that is missing is equal to nothing. */
export function holds(condition: Condition, scope: Scope): boolean {
  if ('all' in condition) return condition.all.every((one) => compare(one, scope));
  if ('any' in condition) return condition.any.some((one) => compare(one, scope));
  return compare(condition, scope);
}

function compare({ field, op, value }: Comparison, scope: Scope): boolean {
  const found = readPath(field, scope);
  switch (op) {
    case '==':
      return found === value;
    case '!=':
      return found !== value;
    case 'in':
      return (value as unknown[]).includes(found);
    case 'contains':
      return typeof found === 'string' && found.includes(value as string);
  }
  if (typeof found !== 'number') return false;
  const bound = value as number;
  switch (op) {
    case '<':
      return found < bound;
    case '<=':
      return found <= bound;
    case '>':
      return found > bound;
    case '>=':
      return found >= bound;
  }
}

/** The paths that a condition looks at, with what it compares. */
export const comparisonsOf = (condition: Condition): readonly Comparison[] =>
  'all' in condition ? condition.all : 'any' in condition ? condition.any : [condition];
