/** Contestant `ort-web`: ONNX Runtime's WebAssembly build, with one thread, in a Worker. */
import { Hono } from 'hono';
// biome-ignore lint: fetched by the benchmark alone
import * as ort from 'onnxruntime-web';
import { answerWith } from './compiled-wasm.ts';
import engine from './engine.wasm';
import onnx from './model.onnx';
import { answerOf, onnxShape, readRow } from './task.ts';
import task from './task.json';

async function load() {
  answerWith(engine);
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmBinary = new Uint8Array(1);
  return ort.InferenceSession.create(new Uint8Array(onnx), { graphOptimizationLevel: 'all' });
}
let loaded: ReturnType<typeof load> | undefined;

export default new Hono().post('/', async (c) => {
  loaded ??= load();
  const session = await loaded;
  const row = await readRow(
    task,
    { json: () => c.req.json(), bytes: async () => new Uint8Array(await c.req.arrayBuffer()) },
    { channelsFirst: true },
  );
  const outputs = await session.run({ x: new ort.Tensor(task.dtype, row, onnxShape(task)) });
  return c.json(answerOf(task, outputs[session.outputNames[0]].data));
});
