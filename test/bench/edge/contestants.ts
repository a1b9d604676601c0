/** Everybody who serves a case: ours and the Workers in workerd, the others as processes of their own. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { root } from '../../../edge/local/build.ts';
import { findPython } from '../../helpers/python.ts';
import { ensureNodePackage } from '../node-packages.ts';
import { stop } from '../server-process.ts';
import type { Request } from './request.ts';
import type { ServedCase } from './served-case.ts';
import { type Bundle, bundleWorker, startWorker, wasmModule } from './worker.ts';

export interface Contestant {
  origin: string;
  request: Request;
  /** Whether its answers are predictions. */
  infers: boolean;
  close(): Promise<void>;
}

export type StartRival = (served: ServedCase) => Promise<Contestant>;

const HELLO: Request = { path: '/', headers: {}, body: null };
const TFJS_WASM = join(root, 'node_modules/@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm');

export const bundleHello = (): Promise<Bundle> => bundleWorker('hono-hello', {});
export const bundleTfjs = async ({ task, weights }: ServedCase): Promise<Bundle> =>
  bundleWorker('tfjs-wasm', {
    'engine.wasm': await wasmModule(TFJS_WASM),
    'task.json': { type: 'Text', contents: JSON.stringify(task) },
    'weights.bin': { type: 'Data', contents: weights },
  });
export async function bundleOrt({ task, onnx }: ServedCase): Promise<Bundle> {
  const folder = await ensureNodePackage('onnxruntime-web');
  const modules = {
    'engine.wasm': await wasmModule(join(folder, 'dist/ort-wasm-simd-threaded.wasm')),
    'task.json': { type: 'Text', contents: JSON.stringify(task) },
    'model.onnx': { type: 'Data', contents: onnx },
  } as const;
  return bundleWorker('ort-web', modules, dirname(folder));
}

export const RIVALS: Readonly<Record<string, StartRival>> = {
  'hono-hello': async () => inWorkerd(await bundleHello(), HELLO, false),
  'hono-echo': async ({ ownRequest: { headers, body } }) =>
    inWorkerd(await bundleWorker('hono-echo', {}), { path: '/', headers, body }, false),
  'tfjs-wasm': async (served) => inWorkerd(await bundleTfjs(needsLayers(served)), served.rivalRequest),
  'ort-web': async (served) => inWorkerd(await bundleOrt(served), served.rivalRequest),
  'fastapi-ort': async (served) => inProcess(await findPython(FASTAPI), 'fastapi_ort.py', served),
  'fastify-ort': (served) => inNode('fastify-ort.ts', served),
  'node-tfjs': (served) => inNode('node-tfjs.ts', needsLayers(served)),
};

/** Packages are fetched here: two processes at once would spoil each other's files. */
async function inNode(file: string, served: ServedCase): Promise<Contestant> {
  await ensureNodePackage('fastify');
  return inProcess(process.execPath, file, served);
}

const FASTAPI = {
  packages: ['fastapi', 'uvicorn', 'uvloop', 'httptools', 'onnxruntime', 'numpy'],
  modules: ['fastapi', 'uvicorn', 'uvloop', 'httptools', 'onnxruntime', 'numpy'],
};

function needsLayers(served: ServedCase): ServedCase {
  if (!served.task.model) throw new Error('it has no trees');
  return served;
}

async function inWorkerd(bundle: Bundle, request: Request, infers = true): Promise<Contestant> {
  return { request, infers, ...(await startWorker(bundle)) };
}

/** It prints {"port"} when it listens. */
async function inProcess(program: string, script: string, served: ServedCase): Promise<Contestant> {
  const folder = await mkdtemp(join(tmpdir(), 'trainyard-rival-'));
  await writeFile(join(folder, 'task.json'), JSON.stringify(served.task));
  await writeFile(join(folder, 'weights.bin'), served.weights);
  await writeFile(join(folder, 'model.onnx'), served.onnx);
  const flags = script.endsWith('.ts') ? ['--disable-warning=ExperimentalWarning'] : [];
  const path = join(import.meta.dirname, 'rivals', script);
  const child = spawn(program, [...flags, path, folder], { stdio: ['ignore', 'pipe', 'pipe'] });
  const close = async () => {
    await stop(child);
    await rm(folder, { recursive: true });
  };
  try {
    const origin = `http://127.0.0.1:${await portOf(child)}`;
    return { origin, request: served.rivalRequest, infers: true, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function portOf(child: ChildProcessByStdio<null, Readable, Readable>): Promise<number> {
  const errors = text(child.stderr);
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith('{')) continue; // libraries may talk, too
    child.stdout.resume();
    return JSON.parse(line).port;
  }
  const lines = (await errors).trim().split('\n');
  throw new Error(`it ended: ${lines.findLast((line) => line.includes('Error')) ?? lines.at(-1)}`);
}
