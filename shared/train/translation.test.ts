/** A translation from its training to its answers. */
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Artifact, decodeArtifact } from '../artifact/artifact.ts';
import { createPredictor } from '../artifact/predictor.ts';
import { createPlainExecutor } from '../executors/plain/plain-executor.ts';
import { createWasmExecutor } from '../executors/wasm/wasm-executor.ts';
import { exporters } from '../export/list.ts';
import type { MetricPoint } from '../schema/metric.ts';
import type { Snapshot } from '../schema/snapshot.ts';
import type { TrainResult } from './events.ts';
import { sentences, tinyLanguageSpec, tinyLanguageTable, translated } from './tiny-language-for-tests.ts';
import { finish } from './train-fixtures.ts';
import { trainPipeline } from './train-pipeline.ts';

it('the rule puts an adjective behind its noun', () => {
  expect(translated('the red dog sees a cat.')).toBe('le chien rouge voit un chat.');
});

describe('a tiny language', () => {
  let result: TrainResult;
  let artifact: Artifact;
  const points: MetricPoint[] = [];
  const wasm = async () =>
    createWasmExecutor(
      await WebAssembly.compile(
        await readFile(new URL('../executors/wasm/dist/kernels.wasm', import.meta.url)),
      ),
    );

  let snapshot: Snapshot;
  beforeAll(async () => {
    const training = trainPipeline([{ name: 'wasm', device: 'here', start: wasm }], {
      spec: tinyLanguageSpec(),
      table: tinyLanguageTable(600),
      datasetSha256: '0'.repeat(64),
    });
    result = await finish(training, (event) => {
      if (event.type === 'metrics') points.push(...event.points);
      if (event.type === 'snapshot') snapshot = event.snapshot;
    });
    artifact = decodeArtifact(result.artifact);
  });

  it('is learnt: whole sentences that were held out come out right', async () => {
    expect(result.metrics.test.bleu).toBeGreaterThan(97);
    expect(result.metrics.test.accuracy).toBeGreaterThan(0.98);
    const names = new Set(points.filter(({ split }) => split === 'validation').map(({ name }) => name));
    expect(names).toEqual(new Set(['loss', 'accuracy']));
  });

  it('is shown by sentences of the validation rows, and what it says of them', () => {
    const { rows } = snapshot.samples!;
    expect(rows).toHaveLength(8);
    const right = rows.filter(({ row, prediction, expected }) => {
      expect(expected).toEqual({ text: translated(row.english as string) });
      return 'text' in prediction && prediction.text === translated(row.english as string);
    });
    expect(right.length).toBeGreaterThanOrEqual(7);
  });

  it('is answered alike on every executor, alone and in a batch, with a score', async () => {
    const asked = sentences(70, 5);
    const instances = asked.map((english) => ({ english }));
    const onWasm = await (await createPredictor(artifact, await wasm())).predict(instances);
    const right = onWasm.filter((one, i) => 'text' in one && one.text === translated(asked[i]!));
    expect(right.length).toBeGreaterThan(66);
    const plain = await createPredictor(artifact, createPlainExecutor());
    for (const row of [0, 69]) {
      const [alone] = await plain.predict([instances[row]]);
      const { text, score } = onWasm[row] as { text: string; score: number };
      expect(alone).toEqual({ text, score: expect.closeTo(score, 4) });
      expect(score).toBeGreaterThan(0.5);
      expect(score).toBeLessThanOrEqual(1);
    }
  });

  it('an empty text and unknown letters have answers too', async () => {
    const answers = await (await createPredictor(artifact, await wasm())).predict([
      { english: '' },
      { english: '猫' },
    ]);
    for (const answer of answers)
      expect(answer).toEqual({ text: expect.any(String), score: expect.any(Number) });
  });

  it('leaves as tensors and as ONNX, and no other way, with the reason', () => {
    const refusals = exporters
      .filter(({ program }) => !program)
      .map(({ name, files }) => {
        try {
          return [name, files(artifact, 'tiny').length > 0];
        } catch (error) {
          return [name, (error as Error).message];
        }
      });
    const why =
      'translation runs its model once for each token that it says, which exported programs do not do; its tensors leave as safetensors';
    expect(Object.fromEntries(refusals)).toEqual({
      keras: why,
      pytorch: why,
      typescript: why,
      tfjs: 'Keras has no counterpart of the model block "transformer-decoder_7" (transformer-decoder)',
      onnx: true,
      safetensors: true,
    });
  });
});
