/** What `trainyard login` keeps: a URL and its token, readable by their owner alone, in the XDG configuration folder. */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { badUsage } from './failure.ts';

const Login = z.object({ url: z.url(), token: z.string().min(1) });
export type Login = z.infer<typeof Login>;

export function loginPath(env: NodeJS.ProcessEnv): string {
  return join(env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'trainyard', 'login.json');
}

export async function readLogin(env: NodeJS.ProcessEnv): Promise<Login | null> {
  const path = loginPath(env);
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return Login.parse(JSON.parse(text));
  } catch {
    throw badUsage(
      `${path} is not a login: expected {"url","token"}`,
      'sign in anew with: npx trainyard login',
    );
  }
}

export async function writeLogin(env: NodeJS.ProcessEnv, login: Login): Promise<string> {
  const path = loginPath(env);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify(login, null, 2)}\n`, { mode: 0o600 });
  await rename(draft, path);
  return path;
}

export async function removeLogin(env: NodeJS.ProcessEnv): Promise<void> {
  await rm(loginPath(env), { force: true });
}
