/** Node only: brings a database to the newest schema, and makes what a fresh one lacks. Both may be run at every start. */
import { fileURLToPath } from 'node:url';
import type { Client } from '@libsql/client';
import { and, eq } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/libsql';
import { migrate as applyMigrations } from 'drizzle-orm/libsql/migrator';
import { newId } from '../../shared/schema/new-id.ts';
import { hashSecret } from './hash-secret.ts';
import { projects, tokens, workspaces } from './schema/workspaces.ts';

export const DEFAULT_WORKSPACE = 'default';
export const DEFAULT_PROJECT = 'default';

/** Applies the numbered files in `migrations/` that this database has not seen, in order. */
export async function migrate(client: Client): Promise<void> {
  await applyMigrations(drizzle(client), {
    migrationsFolder: fileURLToPath(new URL('./migrations', import.meta.url)),
  });
}

export interface BootstrapSecrets {
  owner: string;
  runner: string;
}

/** Makes the workspace, its first project and its first tokens, where absent. Returns the workspace's id. */
export async function bootstrap(
  client: Client,
  secrets: BootstrapSecrets,
  { workspaceName = DEFAULT_WORKSPACE }: { workspaceName?: string } = {},
): Promise<string> {
  const createdAt = new Date().toISOString();
  const hashes = { owner: await hashSecret(secrets.owner), runner: await hashSecret(secrets.runner) };
  return drizzle(client).transaction(async (tx) => {
    const existing = await tx.select().from(workspaces).where(eq(workspaces.name, workspaceName)).get();
    const workspace = existing?.workspace ?? newId('workspace');
    if (!existing) await tx.insert(workspaces).values({ workspace, name: workspaceName, createdAt });

    const project = and(eq(projects.workspace, workspace), eq(projects.name, DEFAULT_PROJECT));
    if (!(await tx.select().from(projects).where(project).get()))
      await tx
        .insert(projects)
        .values({ workspace, id: newId('project'), name: DEFAULT_PROJECT, description: '', createdAt });

    for (const scope of ['owner', 'runner'] as const)
      await tx
        .insert(tokens)
        .values({
          workspace,
          id: newId('token'),
          name: `local ${scope}`,
          scope,
          hash: hashes[scope],
          createdAt,
        })
        .onConflictDoNothing({ target: tokens.hash });
    return workspace;
  });
}
