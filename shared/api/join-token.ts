/** What a machine needs to join a fleet, in one word: the server's address and a runner's secret. */
import * as z from 'zod';
import { AppError } from '../errors.ts';

const PREFIX = 'join_';
const Join = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  token: z.string().min(1),
});
export type Join = z.infer<typeof Join>;

export function encodeJoin({ url, token }: Join): string {
  return (
    PREFIX + btoa(JSON.stringify({ url, token })).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
  );
}

/** Throws AppError `invalid_request`; the word itself, which is a secret, is not in the message. */
export function decodeJoin(word: string): Join {
  try {
    if (!word.startsWith(PREFIX)) throw new Error();
    return Join.parse(JSON.parse(atob(word.slice(PREFIX.length).replaceAll('-', '+').replaceAll('_', '/'))));
  } catch {
    throw new AppError(
      'invalid_request',
      `the join token is damaged: expected all of what "trainyard runner join-token" printed, from "${PREFIX}" on`,
    );
  }
}
