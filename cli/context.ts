/** What every command works with: its output, the server it talks to (found when first needed) and the project. */
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { type Client, createClient } from '../shared/api/client.ts';
import { createProject, getProject } from '../shared/api/routes/projects.ts';
import { AppError } from '../shared/errors.ts';
import { findServer, type Server } from './find-server.ts';
import { createOutput, type Output } from './output.ts';

export const PROJECT_ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Options of every command. */
export interface GlobalOptions {
  url?: string;
  token?: string;
  project: string;
  json?: boolean | string;
}

export interface Context {
  readonly output: Output;
  readonly project: string;
  readonly server: Server;
  readonly client: Client;
}

/** For a command's action: its own options with the global ones, and where it prints. */
export function contextOf<Own extends object>(command: Command) {
  const options = command.optsWithGlobals<Own & GlobalOptions>();
  const output = createOutput(Boolean(options.json));
  return {
    options,
    output,
    async connect(): Promise<Context> {
      const { url, token, project } = options;
      const server = await findServer({ url, token, env: process.env, from: [process.cwd(), PROJECT_ROOT] });
      return { output, project, server, client: createClient({ baseUrl: server.url, token: server.token }) };
    },
  };
}

/** Makes the project where it is not there yet, and says so. */
export async function ensureProject({ client, project, output }: Context): Promise<void> {
  try {
    await client.call(getProject, { params: { project } });
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'not_found') throw error;
    await client.call(createProject, { body: { name: project } });
    output.note(`made project ${project}`);
  }
}
