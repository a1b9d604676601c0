/** ONNX Runtime with one thread, all its graph optimisations on: the native library, and its WebAssembly build. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureNodePackage } from '../node-packages.ts';
import type { StartContestant, Task } from './contestant.ts';
import { ONE_THREAD } from './one-thread.ts';
import { onnxFile } from './onnx-file.ts';

/** The part of both packages that is used; they are fetched by the benchmark alone, so their own types are not at hand. */
export interface Onnxruntime {
  env: { wasm: { numThreads: number; wasmBinary?: Uint8Array } };
  InferenceSession: {
    create(
      /** Its bytes, or a file's path. */
      model: Uint8Array | string,
      options: typeof ONE_THREAD,
    ): Promise<{
      inputNames: readonly string[];
      outputNames: readonly string[];
      run(feeds: Record<string, unknown>): Promise<Record<string, { data: Float32Array }>>;
      release(): Promise<void>;
    }>;
  };
  Tensor: new (
    type: 'float32' | 'int32',
    data: Float32Array | Int32Array,
    shape: readonly number[],
  ) => unknown;
}

export const startOnnxruntimeNode: StartContestant = async (task) => {
  const folder = await ensureNodePackage('onnxruntime-node');
  return start(createRequire(import.meta.url)(folder), task);
};

export const startOnnxruntimeWeb: StartContestant = async (task) => {
  const folder = await ensureNodePackage('onnxruntime-web');
  const ort: Onnxruntime = await import(pathToFileURL(join(folder, 'dist/ort.node.min.mjs')).href);
  ort.env.wasm.numThreads = 1;
  return start(ort, task);
};

async function start(ort: Onnxruntime, task: Task): ReturnType<StartContestant> {
  const session = await ort.InferenceSession.create(await onnxFile(task), ONE_THREAD);
  const { x, shape } = channelsFirst(task);
  const type = x instanceof Int32Array ? 'int32' : 'float32';
  const [name] = session.outputNames;
  const once = async (): Promise<Float32Array> => {
    const { [name!]: output } = await session.run({ x: new ort.Tensor(type, x, shape) });
    return output!.data;
  };
  return {
    infer: once,
    async repeat(count) {
      let sum = 0;
      for (let i = 0; i < count; i++) sum += (await once())[0]!;
      return sum;
    },
    close: () => session.release(),
  };
}

/** As ONNX models take pictures: [1, channels, height, width]. */
function channelsFirst({ model: { inputShape }, x }: Task): { x: Task['x']; shape: readonly number[] } {
  const [height, width, channels] = inputShape;
  if (channels === undefined) return { x, shape: [1, ...inputShape] };
  const places = height! * width!;
  const turned = x.map((_, at) => x[(at % places) * channels + Math.floor(at / places)]!);
  return { x: turned, shape: [1, channels, height!, width!] };
}
