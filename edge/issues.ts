/** What zod found wrong with a request, as one AppError: the field, the value, and what would be accepted. */
import { AppError } from '../shared/errors.ts';

export interface Issue {
  path: readonly PropertyKey[];
  message: string;
}

const PLACES: Record<string, string> = { param: 'path', query: 'query', json: 'body', header: 'header' };
const MOST_ISSUES = 20;
const LONGEST_VALUE = 80;

/** `target` is where the validator looked: param, query or json. */
export function describeIssues(target: string, issues: readonly Issue[], data: unknown): AppError {
  const found = issues.slice(0, MOST_ISSUES).map(({ path, message }) => ({
    path: [PLACES[target] ?? target, ...path.map(String)].join('.'),
    message,
    got: abridged(valueAt(data, path)),
  }));
  const first = found[0] ?? { path: PLACES[target] ?? target, message: 'invalid', got: abridged(data) };
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : '';
  return new AppError('invalid_request', `${first.path}: ${first.message}; got ${first.got}${more}`, {
    details: { issues: found },
  });
}

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    data,
  );
}

function abridged(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}
