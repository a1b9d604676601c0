/** Tokens and the session they open. */
import { eq } from 'drizzle-orm';
import { newId } from '../../shared/schema/id.ts';
import type { Session, TokenScope } from '../../shared/schema/project.ts';
import { type Db, now } from './db.ts';
import { hashSecret, newSecret } from './hash-secret.ts';
import { tokens, workspaces } from './schema.ts';

/** Who calls. */
export interface Caller {
  workspace: string;
  token: string;
  scope: TokenScope;
  /** Scope `endpoint`: the one endpoint it may call. */
  endpoint: string | null;
}

/** The one read that has no workspace to begin with: it finds it. */
export async function findCaller(db: Db, secret: string): Promise<Caller | null> {
  const row = await db
    .select({ workspace: tokens.workspace, token: tokens.id, scope: tokens.scope, endpoint: tokens.endpoint })
    .from(tokens)
    .where(eq(tokens.hash, await hashSecret(secret)))
    .get();
  return row ?? null;
}

export async function readSession(db: Db, caller: Caller): Promise<Session> {
  const row = await db.select().from(workspaces).where(eq(workspaces.workspace, caller.workspace)).get();
  return { workspace: { id: caller.workspace, name: row?.name ?? '' }, scope: caller.scope };
}

export async function createToken(
  db: Db,
  workspace: string,
  { name, scope, endpoint }: { name: string; scope: TokenScope; endpoint: string | null },
) {
  const secret = newSecret();
  const token = { id: newId('token'), name, scope, endpoint, createdAt: now() };
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
      createdAt: tokens.createdAt,
    })
    .from(tokens)
    .where(eq(tokens.workspace, workspace))
    .orderBy(tokens.id)
    .all();
}
