/** The database as store functions take it: a client for one request, or a transaction on it. */

import type { ResultSet } from '@libsql/client/web';
import { createClient } from '@libsql/client/web';
import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/libsql/web';
import type { BaseSQLiteDatabase } from 'drizzle-orm/sqlite-core';
import { AppError } from '../../shared/errors.ts';

export type Db = BaseSQLiteDatabase<'async', ResultSet, Record<string, never>>;

/** libSQL over HTTP: nothing is opened until the first statement, and nothing outlives the request. */
export function openDb(url: string, token: string | undefined): Db {
  return drizzle(createClient({ url, authToken: token }));
}

export const now = (): string => new Date().toISOString();

/** Throws `unavailable` unless the database answers and has its tables. */
export async function ping(db: Db): Promise<void> {
  try {
    await db.run(sql`SELECT 1 FROM workspaces LIMIT 1`);
  } catch (cause) {
    throw new AppError('unavailable', 'the database does not answer', { cause });
  }
}
