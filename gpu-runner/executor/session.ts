/** One SavedModel in libtensorflow, run by the names of its nodes. The folder that it is loaded from is gone right after. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as TensorFlow from '@tensorflow/tfjs';
import { AppError, messageOf } from '../../shared/errors.ts';
import type { TensorData, TensorValue } from '../../shared/graph/graph.ts';
import { SAVED_MODEL_TAG } from './graph-def.ts';

/** What tfjs-node's backend has for its own `TFSavedModel`. */
interface NodeBackend {
  loadSavedModelMetaGraph(folder: string, tags: string): number;
  runSavedModel(
    session: number,
    inputs: readonly TensorFlow.Tensor[],
    infos: readonly { name: string }[],
    outputs: readonly string[],
  ): TensorFlow.Tensor[];
  deleteSavedModel(session: number): void;
}

export interface Session {
  /** `inputs`: by name of the placeholder. `outputs`: `node:number`; their values belong to the caller. */
  run(
    inputs: Readonly<Record<string, TensorValue<TensorData>>>,
    outputs: readonly string[],
  ): TensorValue<TensorData>[];
  dispose(): void;
}

/** `tf`: tfjs-node, with its backend set. */
export async function openSession(tf: typeof TensorFlow, model: Uint8Array): Promise<Session> {
  const backend = tf.backend() as unknown as NodeBackend;
  const folder = await mkdtemp(join(tmpdir(), 'trainyard-graph-'));
  let session: number;
  try {
    await writeFile(join(folder, 'saved_model.pb'), model);
    session = backend.loadSavedModelMetaGraph(folder, SAVED_MODEL_TAG);
  } catch (error) {
    throw appError(error);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return {
    run(inputs, outputs) {
      const given = Object.values(inputs).map(({ shape, data }) =>
        tf.tensor(
          data as Float32Array | Int32Array,
          [...shape],
          data instanceof Int32Array ? 'int32' : 'float32',
        ),
      );
      const infos = Object.keys(inputs).map((name) => ({ name: `${name}:0` }));
      let taken: TensorFlow.Tensor[] = [];
      try {
        taken = backend.runSavedModel(session, given, infos, outputs);
        return taken.map((tensor) => ({ shape: tensor.shape, data: tensor.dataSync() as TensorData }));
      } catch (error) {
        throw appError(error);
      } finally {
        tf.dispose([...given, ...taken]);
      }
    },
    dispose: () => backend.deleteSavedModel(session),
  };
}

/** TensorFlow's words; an index that points nowhere is the caller's mistake. */
function appError(error: unknown): AppError {
  const message = messageOf(error);
  const code = /indices\[.*is not in \[|label value .* is outside/.test(message)
    ? 'invalid_request'
    : 'internal';
  return new AppError(code, `The tensorflow executor failed: ${message.split('\n')[0]}`, { cause: error });
}
