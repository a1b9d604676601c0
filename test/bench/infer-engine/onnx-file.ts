/** A benchmark's model with its weights as an ONNX file, written by Python's `onnx` (write_onnx.py), once for each task. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findPython } from '../../helpers/python.ts';
import type { Task } from './contestant.ts';

const SCRIPT = join(import.meta.dirname, 'write_onnx.py');
const files = new WeakMap<Task, Promise<Uint8Array>>();

export function onnxFile(task: Task): Promise<Uint8Array> {
  const known = files.get(task) ?? write(task);
  files.set(task, known);
  return known;
}

async function write({ model, weights }: Task): Promise<Uint8Array> {
  const python = await findPython({ packages: ['onnx'], modules: ['onnx'] });
  const folder = await mkdtemp(join(tmpdir(), 'trainyard-onnx-'));
  try {
    const [given, written] = [join(folder, 'model.json'), join(folder, 'model.onnx')];
    const values = [...weights].map(([name, { shape, data }]) => {
      const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
      return [name, { shape, data: bytes.toString('base64') }];
    });
    await writeFile(given, JSON.stringify({ ...model, weights: Object.fromEntries(values) }));
    await promisify(execFile)(python, [SCRIPT, given, written]);
    return await readFile(written);
  } finally {
    await rm(folder, { recursive: true });
  }
}
