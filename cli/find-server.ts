/**
 * Which server to talk to, and with which token. The first that names a URL wins: --url, TRAINYARD_URL, the login, then a
 * local server's home: TRAINYARD_HOME, or the nearest .trainyard/ upwards of where one stands, or of this project. A stored
 * token goes only to the server it was stored for.
 */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { type Login, readLogin } from './config.ts';
import { badUsage } from './failure.ts';

const ServerFile = z.object({ url: z.url() });

export interface FindOptions {
  url?: string | undefined;
  token?: string | undefined;
  env: NodeJS.ProcessEnv;
  /** Folders to look upwards from. */
  from: readonly string[];
}

export interface Server {
  url: string;
  token: string;
}

export async function findServer({ url, token, env, from }: FindOptions): Promise<Server> {
  const login = await readLogin(env);
  const local = await findLocal(env, from);
  const named = url ?? (env.TRAINYARD_URL || undefined);
  const found = named === undefined ? (login ?? local) : { url: originOf(named), token: undefined };
  if (!found) {
    throw badUsage(
      'no server found',
      'start one with `npm start`, or name one with `npx trainyard login URL` or --url',
    );
  }
  const stored = [login, local].find((one) => one?.url === found.url)?.token;
  const secret = token ?? (env.TRAINYARD_TOKEN || found.token || stored);
  if (!secret)
    throw badUsage(
      `no token for ${found.url}`,
      'give --token or TRAINYARD_TOKEN, or sign in with: npx trainyard login',
    );
  return { url: found.url, token: secret };
}

/** `http://127.0.0.1:8787/#token=…` → `http://127.0.0.1:8787` */
export function originOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw badUsage(`"${text}" is not a server's URL: expected one such as http://127.0.0.1:8787`);
  }
  return url.origin;
}

async function findLocal(env: NodeJS.ProcessEnv, from: readonly string[]): Promise<Login | null> {
  if (env.TRAINYARD_HOME) return readHome(env.TRAINYARD_HOME);
  for (const start of from) {
    for (let folder = start; ; folder = dirname(folder)) {
      const found = await readHome(join(folder, '.trainyard'));
      if (found) return found;
      if (folder === dirname(folder)) break;
    }
  }
  return null;
}

async function readHome(home: string): Promise<Login | null> {
  const read = (name: string) => readFile(join(home, name), 'utf8').catch(() => null);
  const [server, token] = await Promise.all([read('server.json'), read('owner.token')]);
  if (server === null || token === null) return null;
  try {
    return { url: originOf(ServerFile.parse(JSON.parse(server)).url), token: token.trim() };
  } catch {
    throw badUsage(
      `${join(home, 'server.json')} does not name a server: expected {"url"}`,
      'start it again with: npm start',
    );
  }
}
