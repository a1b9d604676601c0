/** Contestant `fastify-ort`: Fastify and the native ONNX Runtime with one thread. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ONE_THREAD } from '../../infer-engine/one-thread.ts';
import type { Onnxruntime } from '../../infer-engine/onnxruntime.ts';
import { ensureNodePackage } from '../../node-packages.ts';
import { folder, serve, task } from './serve-fastify.ts';
import { onnxShape } from './task.ts';

const ort: Onnxruntime = createRequire(import.meta.url)(await ensureNodePackage('onnxruntime-node'));
const session = await ort.InferenceSession.create(join(folder, 'model.onnx'), ONE_THREAD);
const [output] = session.outputNames;
const shape = onnxShape(task);

await serve(
  async (row) => (await session.run({ x: new ort.Tensor(task.dtype, row, shape) }))[output!]!.data,
  { channelsFirst: true },
);
