/**
 * Where the runner keeps its things, and which server it works for: what its join token (TRAINYARD_JOIN) says, else TRAINYARD_URL and
 * TRAINYARD_TOKEN, else what a local Trainyard wrote into its home.
 */
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { decodeJoin } from '../shared/api/join-token.ts';
import { AppError } from '../shared/errors.ts';

export interface ServerAddress {
  url: string;
  token: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const projectHome = join(import.meta.dirname, '..', '.trainyard');

/** TRAINYARD_HOME, else the project's own `.trainyard`, else (a machine that only runs jobs) `~/.trainyard`. */
export function findHome(env: Environment = process.env): string {
  return env.TRAINYARD_HOME || (existsSync(projectHome) ? projectHome : join(homedir(), '.trainyard'));
}

/** Folder for TensorBoard's files: TRAINYARD_TENSORBOARD, else in the home; null where that is `off`. */
export function findTensorboard(home: string, env: Environment = process.env): string | null {
  const wanted = env.TRAINYARD_TENSORBOARD || join(home, 'tensorboard');
  return wanted === 'off' ? null : wanted;
}

/** Throws AppError `not_found` that says what to set, and `invalid_request` for a damaged join token. */
export function findServer(home: string, env: Environment = process.env): ServerAddress {
  if (env.TRAINYARD_JOIN) {
    const { url, token } = decodeJoin(env.TRAINYARD_JOIN.trim());
    return { url: url.replace(/\/+$/, ''), token };
  }
  const url = env.TRAINYARD_URL || readLocalUrl(home);
  const token = env.TRAINYARD_TOKEN || readText(join(home, 'runner.token'));
  if (url && token) return { url: url.replace(/\/+$/, ''), token };
  throw new AppError(
    'not_found',
    `${url ? `no token for ${url}` : 'no server'} found in ${home}: start Trainyard here (npm start), or set TRAINYARD_JOIN to a join token, or TRAINYARD_URL and TRAINYARD_TOKEN`,
  );
}

function readLocalUrl(home: string): string | undefined {
  const text = readText(join(home, 'server.json'));
  if (!text) return undefined;
  try {
    return z.object({ url: z.url() }).parse(JSON.parse(text)).url;
  } catch (cause) {
    throw new AppError('invalid_request', `${join(home, 'server.json')} is damaged: expected {"url": …}`, {
      cause,
    });
  }
}

function readText(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined;
}
