/** A page for a benchmark, on the loopback address: a secure context, which WebGPU needs, and an isolated one, for exact clocks. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export interface ServedPage {
  url: string;
  close(): void;
}

/** `entry`: its script. `folders`: files that it may fetch, by the first part of their path. */
export async function servePage(entry: URL, folders: Readonly<Record<string, URL>>): Promise<ServedPage> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(entry)],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    logLevel: 'error',
  });
  const script = outputFiles[0]!.text;
  const html = '<!doctype html><script type="module" src="/page.js"></script>';
  const answer = async (path: string): Promise<[type: string, body: string | Uint8Array] | undefined> => {
    if (path === '/') return ['text/html', html];
    if (path === '/page.js') return ['text/javascript', script];
    const [, folder = '', file = ''] = path.split('/');
    const from = folders[folder];
    if (!from || !/^[\w.-]+$/.test(file)) return undefined;
    const type = file.endsWith('.wasm') ? 'application/wasm' : 'text/javascript';
    return [type, await readFile(new URL(file, from))];
  };
  const server = createServer(async (request, response) => {
    response.setHeader('cross-origin-opener-policy', 'same-origin');
    response.setHeader('cross-origin-embedder-policy', 'require-corp');
    const found = await answer(request.url ?? '').catch(() => undefined);
    if (found) response.setHeader('content-type', found[0]).end(found[1]);
    else response.writeHead(404).end();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => void server.close(),
  };
}
