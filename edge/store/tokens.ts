/** Tokens and the session they open. */
import { and, eq } from 'drizzle-orm';
import { AppError } from '../../shared/errors.ts';
import { newId } from '../../shared/schema/new-id.ts';
import type { Session, Token } from '../../shared/schema/project.ts';
import { type Db, now } from './db.ts';
import { hashSecret, newSecret } from './hash-secret.ts';
import type { Caller } from './look-up.ts';
import { tokens, workspaces } from './schema/workspaces.ts';

export async function readSession(db: Db, caller: Caller): Promise<Session> {
  const row = await db.select().from(workspaces).where(eq(workspaces.workspace, caller.workspace)).get();
  return { workspace: { id: caller.workspace, name: row?.name ?? '' }, scope: caller.scope };
}

export async function createToken(
  db: Db,
  workspace: string,
  { name, scope, endpoint, expiresAt }: Pick<Token, 'name' | 'scope' | 'endpoint' | 'expiresAt'>,
) {
  const secret = newSecret();
  const token = { id: newId('token'), name, scope, endpoint, expiresAt, createdAt: now() };
  await db.insert(tokens).values({ workspace, ...token, hash: await hashSecret(secret) });
  return { ...token, secret };
}

export async function listTokens(db: Db, workspace: string) {
  return db
    .select({
      id: tokens.id,
      name: tokens.name,
      scope: tokens.scope,
      endpoint: tokens.endpoint,
      expiresAt: tokens.expiresAt,
      createdAt: tokens.createdAt,
    })
    .from(tokens)
    .where(eq(tokens.workspace, workspace))
    .orderBy(tokens.id)
    .all();
}

/** Throws AppError `not_found`. */
export async function revokeToken(db: Db, workspace: string, id: string): Promise<void> {
  const revoked = await db
    .delete(tokens)
    .where(and(eq(tokens.workspace, workspace), eq(tokens.id, id)))
    .returning({ id: tokens.id })
    .get();
  if (!revoked) throw new AppError('not_found', `there is no token "${id}"`);
}
