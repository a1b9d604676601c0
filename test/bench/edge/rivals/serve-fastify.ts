/** A Node rival: Fastify around an engine. `node RIVAL.ts FOLDER` prints {"port"} when it listens. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ensureNodePackage } from '../../node-packages.ts';
import { answerOf, type RivalTask, readRow } from './task.ts';

/** The part of it that is used; only the benchmark fetches it, so its own types are not at hand. */
interface Fastify {
  addContentTypeParser(
    type: string,
    options: object,
    parse: (request: unknown, body: Buffer) => unknown,
  ): void;
  post(path: string, handler: (request: { body: unknown }) => Promise<unknown>): void;
  listen(options: { host: string; port: number }): Promise<string>;
}

type Row = Float32Array | Int32Array;

export const folder = process.argv[2]!;
export const task: RivalTask = JSON.parse(await readFile(join(folder, 'task.json'), 'utf8'));

/** `infer`: the logits of a row. */
export async function serve(
  infer: (row: Row) => Promise<ArrayLike<number>>,
  order: { channelsFirst: boolean },
): Promise<void> {
  const create = createRequire(import.meta.url)(await ensureNodePackage('fastify')) as (o: object) => Fastify;
  const app = create({ bodyLimit: 2 ** 24 });
  app.addContentTypeParser(
    'application/octet-stream',
    { parseAs: 'buffer' },
    async (_: unknown, body: Buffer) => body,
  );
  app.post('/', async ({ body }) => {
    const row = await readRow(
      task,
      { json: async () => body, arrayBuffer: async () => body as ArrayBuffer },
      order,
    );
    return answerOf(task, await infer(row));
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  console.log(JSON.stringify({ port: Number(new URL(url).port) }));
}
