/** Models that Keras itself saved: imported, they answer as Keras does. */

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import { createPlainExecutor } from '../../shared/executors/plain/plain-executor.ts';
import { importModel } from '../../shared/import/import-model.ts';
import { readSource } from '../../shared/import/read-source.ts';
import { traceModel } from '../../shared/model/trace-model.ts';
import { findPython } from '../helpers/python.ts';

const MODULES = ['keras', 'torch', 'h5py'];
const ENV = { KERAS_BACKEND: 'torch' };
const PROGRAM = `
import json
import keras
import numpy as np
from keras import layers as L

keras.utils.set_random_seed(1)
i = keras.Input((16, 16, 3))
a = L.ZeroPadding2D(((0, 1), (0, 1)))(i)
a = L.Conv2D(8, 3, strides=2, use_bias=False)(a)
a = L.BatchNormalization()(a)
a = L.ReLU(max_value=6)(a)
b = L.DepthwiseConv2D(3, padding="same")(a)
b = L.SeparableConv2D(8, 3, padding="same", activation="swish")(b)
c = L.GlobalAveragePooling2D()(L.Dropout(0.2)(L.Add()([a, b])))
pictures = keras.Model(i, L.Dense(4, activation="softmax")(c))
words = keras.Sequential([keras.Input((12,)), L.Embedding(50, 8), L.LSTM(6, return_sequences=True), L.GRU(5),
    L.Dense(7, activation="relu"), L.Dense(2, activation="softmax")])
inner = keras.Sequential([keras.Input((16, 16, 3)), L.Rescaling(1 / 127.5, offset=-1), L.Conv2D(4, 3), L.MaxPooling2D(2), L.Flatten()])
nested = keras.Sequential([inner, L.LayerNormalization(), L.Dense(3, activation="softmax")])
nested.build((None, 16, 16, 3))
answers = {}
for name, model in {"pictures": pictures, "words": words, "nested": nested}.items():
    for weight in model.weights:
        weight.assign(weight + keras.random.uniform(weight.shape, 0.05, 0.2, seed=3))
    model.save(f"{name}.keras")
    model.save(f"{name}.h5")
    size = 24 if name == "words" else 2 * 768
    x = (np.arange(size) * 7 % 50).astype("float32").reshape(model.input_shape[0] or 2, *model.input_shape[1:])
    answers[name] = model.predict(x, verbose=0).flatten().tolist()
print(json.dumps(answers))
`;

let python: string | null = null;
let folder: string;
let answers: Record<string, number[]>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trainyard-keras-'));
  python = await findPython({ packages: MODULES, modules: MODULES, env: ENV }).catch(() => null);
  if (!python) return;
  const { stdout } = await promisify(execFile)(python, ['-c', PROGRAM], {
    cwd: folder,
    env: { ...process.env, ...ENV },
  });
  answers = JSON.parse(stdout.trim().split('\n').at(-1)!);
}, 600_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a model that Keras saved', () => {
  it.each(['keras', 'h5'])('is refused where the .%s file is damaged', async (kind) => {
    if (!python) return;
    const bytes = new Uint8Array(await readFile(join(folder, `pictures.${kind}`)));
    for (const end of [bytes.length / 2, 600, 40]) {
      const read = () => importModel(readSource([{ name: `m.${kind}`, bytes: bytes.slice(0, end) }]));
      expect(read).toThrow(AppError);
    }
  });

  const saved = ['pictures', 'words', 'nested'].flatMap((name) =>
    ['keras', 'h5'].map((kind) => ({ name, kind })),
  );
  for (const { name, kind } of saved)
    it(`${name}.${kind} answers as it does there`, async ({ skip }) => {
      if (!python) return skip('Python with keras cannot be had');
      const bytes = new Uint8Array(await readFile(join(folder, `${name}.${kind}`)));
      const { model, inputShape, outputs, weights } = importModel(
        readSource([{ name: `${name}.${kind}`, bytes }]),
      );
      const graph = traceModel(model, { inputShape, outputs: outputs!, batch: 2, training: false });
      const program = await createPlainExecutor().compile(graph, weights);
      const size = inputShape.reduce((all, axis) => all * axis, 2);
      const data = Float32Array.from({ length: size }, (_, i) => (i * 7) % 50);
      const { y } = await program.run({ x: { shape: [2, ...inputShape], data } });
      for (const [row, start] of [0, outputs!].entries()) {
        const exponentials = [...y!.data.subarray(start, start + outputs!)].map(Math.exp);
        const sum = exponentials.reduce((all, one) => all + one, 0);
        for (const [i, one] of exponentials.entries())
          expect(one / sum).toBeCloseTo(answers[name]![row * outputs! + i]!, 5);
      }
    });
});
