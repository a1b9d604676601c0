/** Contestant `ort-web`: ONNX Runtime's WebAssembly build, with one thread, in a Worker. */
import { Hono } from 'hono';
import { env, InferenceSession, Tensor } from 'onnxruntime-web/wasm';
import { ONE_THREAD } from '../../infer-engine/one-thread.ts';
import { answerWith } from './compiled-wasm.ts';
import engine from './engine.wasm';
import onnx from './model.onnx';
import text from './task.json';
import { answerOf, onnxShape, type RivalTask, readRow } from './task.ts';

const task: RivalTask = JSON.parse(text);

async function load() {
  answerWith(engine);
  env.wasm.numThreads = 1;
  env.wasm.wasmBinary = new Uint8Array(1);
  return InferenceSession.create(new Uint8Array(onnx), ONE_THREAD);
}
let loaded: ReturnType<typeof load> | undefined;

export default new Hono().post('/', async (c) => {
  loaded ??= load();
  const session = await loaded;
  const row = await readRow(task, c.req.raw, { channelsFirst: true });
  const outputs = await session.run({ x: new Tensor(task.dtype, row, onnxShape(task)) });
  return c.json(answerOf(task, outputs[session.outputNames[0]!]!.data));
});
