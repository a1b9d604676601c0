/** Contestant `trainyard`: all of it on this machine as `npm start` has it, but the runner; models are published through the API. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildWorker, root, workerFile } from '../../../edge/local/build.ts';
import { startLocal } from '../../../edge/local/start.ts';
import { type Client, createClient } from '../../../shared/api/client.ts';
import { createModelProject, deployTrained } from '../../helpers/edge-scenario.ts';
import { say } from '../contest.ts';
import { type Request, withToken } from './request.ts';
import type { Publishable } from './served-case.ts';

export interface OwnServer {
  origin: string;
  /** The owner's. */
  token: string;
  api: Client;
  /** The request with the right to make it. */
  allowed(request: Request): Request;
  /** With nothing in memory. */
  restart(): Promise<OwnServer>;
  close(): Promise<void>;
}

export async function startOwnServer(given?: string): Promise<OwnServer> {
  await buildOwn();
  const home = given ?? (await mkdtemp(join(tmpdir(), 'trainyard-edge-')));
  const server = await startLocal({ home, port: 0, log: say, runner: false });
  const { url, ownerToken } = server;
  return {
    origin: url,
    token: ownerToken,
    api: createClient({ baseUrl: url, token: ownerToken }),
    allowed: (request) => withToken(request, ownerToken),
    async restart() {
      await server.close();
      return startOwnServer(home);
    },
    async close() {
      await server.close();
      await rm(home, { recursive: true });
    },
  };
}

/** The Worker's file. */
export async function buildOwn(): Promise<string> {
  await buildWorker(say);
  await mkdir(join(root, 'web/dist'), { recursive: true }); // the page is not asked for
  return workerFile;
}

/** To an endpoint of that name. */
export async function publish(
  api: Client,
  name: string,
  { dataset, spec, trained }: Publishable,
): Promise<void> {
  const project = await createModelProject(api, name, { ...dataset, spec });
  await deployTrained(api, project, name, trained);
}
