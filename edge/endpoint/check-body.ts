/** What is wrong with a body, in words. */
import type * as z from 'zod';
import { describeIssues } from '../issues.ts';

/** Throws AppError `invalid_request` for what the schema does not take. */
export function checkBody<S extends z.ZodType>(body: unknown, schema: S): z.output<S> {
  const { data, error } = schema.safeParse(body);
  if (error) throw describeIssues('json', error.issues, body);
  return data as z.output<S>;
}
