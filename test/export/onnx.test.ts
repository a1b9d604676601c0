/**
 * What leaves as ONNX passes ONNX's own checker and answers in ONNX Runtime as we do, one row at a time and five at once:
 * every block, every template on real rows, and the tasks whose models are run more than once. Skips where Python cannot have it.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Artifact } from '../../shared/artifact/artifact.ts';
import { createPredictor } from '../../shared/artifact/predictor.ts';
import type { ColumnData, Table } from '../../shared/data/table.ts';
import { isNetwork, NetworkPipeline } from '../../shared/definition/pipeline-spec.ts';
import type { Executor, ParameterValues } from '../../shared/executors/executor.ts';
import { createPlainExecutor } from '../../shared/executors/plain/plain-executor.ts';
import { traceNetwork } from '../../shared/export/onnx/answering-network.ts';
import { encodeGraph, onnx } from '../../shared/export/onnx/onnx.ts';
import type { Graph, TensorValue } from '../../shared/graph/graph.ts';
import { BLOCK_CASES } from '../../shared/model/block-cases-for-tests.ts';
import { traceEntry, wave } from '../../shared/model/run-entry-for-tests.ts';
import type { FloatBlock } from '../../shared/pipeline/step.ts';
import type { Task } from '../../shared/schema/task.ts';
import { shapePictures, shapesSpec } from '../../shared/train/shapes-for-tests.ts';
import { tinyLanguageSpec, tinyLanguageTable } from '../../shared/train/tiny-language-for-tests.ts';
import { findPython } from '../helpers/python.ts';
import { expectAnswers } from './expect-answers.ts';
import { type Exported, exportInto, type Source, startWasm, withRandomWeights } from './exported.ts';
import { ONNX_PACKAGES, run, runPython } from './run-generated.ts';
import { home, ofPictures, ofSeries, ofSounds, ofTable } from './sources.ts';

const BATCHES = [1, 5];
type Feed = Record<string, { shape: readonly number[]; data: number[] }>;
type Outputs = { shape: number[]; data: number[] }[] | { error: string };

let python: string | null = null;
let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'trainyard-onnx-'));
  python = await findPython({ packages: ONNX_PACKAGES, modules: ONNX_PACKAGES }).catch((error: Error) => {
    process.stderr.write(`ONNX Runtime is not run: ${error.message.split('\n')[0]}\n`);
    return null;
  });
}, 600_000);
afterAll(() => rm(root, { recursive: true, force: true }));

interface Case {
  name: string;
  trace(batch: number): Graph;
  parameters: ParameterValues;
  /** Of so many rows, by input. */
  inputs(batch: number): Record<string, TensorValue>;
}

/** What ONNX Runtime makes of the cases, and what the reference does. */
async function expectSame(cases: readonly Case[], executor: Executor = createPlainExecutor()): Promise<void> {
  const folders = cases.map((_, i) => join(root, `case-${i}`));
  const feeds = cases.map(({ inputs }) => BATCHES.map((batch) => inputs(batch)));
  for (const [i, { name, trace, parameters }] of cases.entries()) {
    await mkdir(folders[i]!, { recursive: true });
    const { bytes } = encodeGraph(trace, parameters, { name, description: '' });
    await writeFile(join(folders[i]!, 'model.onnx'), bytes);
    const asJson = (feed: Record<string, TensorValue>): Feed =>
      Object.fromEntries(
        Object.entries(feed).map(([name, { shape, data }]) => [name, { shape, data: [...data] }]),
      );
    await writeFile(join(folders[i]!, 'inputs.json'), JSON.stringify(feeds[i]!.map(asJson)));
  }
  const lines = await run(root, python!, [join(import.meta.dirname, 'run_onnx.py'), ...folders]);
  const answers = lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Outputs);
  for (const [i, { name, trace, parameters }] of cases.entries()) {
    const given = answers[i]!;
    if ('error' in given) throw new Error(`${name}: ${given.error}`);
    for (const [place, batch] of BATCHES.entries()) {
      const program = await executor.compile(trace(batch), parameters);
      const { y } = await program.run(feeds[i]![place]!);
      program.dispose();
      const { shape, data } = given[place]!;
      expect(shape, name).toEqual(y!.shape);
      const most = Math.max(1, ...y!.data.map(Math.abs));
      const furthest = Math.max(...data.map((value, at) => Math.abs(value - y!.data[at]!)));
      expect(furthest / most, `${name}, ${batch} rows`).toBeLessThan(1e-5);
    }
  }
}

/** A case's values for another number of rows; ids stay ids. */
function valuesOf([, values, ids = []]: (typeof BLOCK_CASES)[number], batch: number) {
  return values.map(({ shape, data }, i) => {
    const other = [batch, ...shape.slice(1)];
    if (!ids.includes(i)) return wave(other, i);
    const size = other.reduce((product, n) => product * n);
    return { shape: other, data: Float64Array.from({ length: size }, (_, at) => data[at % data.length]!) };
  });
}

const float32 = ({ shape, data }: TensorValue<Float64Array>): TensorValue => ({
  shape,
  data: Float32Array.from(data),
});

/** A template on real data; those of transfer are below, as their backbones. */
const TEMPLATES: readonly [template: string, task: Task, source: () => Promise<Source>][] = [
  ['table-network', 'classification', penguins],
  ['table-linear', 'classification', penguins],
  ['table-trees', 'classification', penguins],
  ['table-forest', 'classification', penguins],
  ['clusters', 'clustering', unlabelled],
  ['anomalies', 'anomaly-detection', unlabelled],
  ['table-linear', 'regression', diabetes],
  ['table-trees', 'regression', diabetes],
  ['table-forest', 'regression', diabetes],
  ['series-forecast', 'regression', () => ofSeries({ template: 'series-forecast', task: 'regression' })],
  ['ratings', 'regression', () => ofTable('restaurant-ratings/ratings.csv', 'rating')],
  ['text-network', 'classification', texts],
  ['text-cnn', 'classification', texts],
  ['text-linear', 'classification', texts],
  ['text-bayes', 'classification', texts],
  ['picture-cnn', 'classification', pictures],
  ['picture-cnn-classic', 'classification', pictures],
  ['spoken-words', 'classification', () => ofSounds({ type: 'spectrogram' } as never, [])],
];
function penguins(): Promise<Source> {
  return ofTable('tabular-penguins/penguins.csv', 'species');
}
function unlabelled(): Promise<Source> {
  return ofTable('tabular-penguins/penguins.csv', 'kind');
}
function diabetes(): Promise<Source> {
  return ofTable('tabular-sklearn/diabetes.csv', 'progression');
}
function texts(): Promise<Source> {
  return ofTable('stock-sentiment/stock_sentiment.csv', 'sentiment');
}
function pictures(): Promise<Source> {
  return ofPictures({ scale: 'zero-one' }, []);
}

/** A network as its artifact has it, on rows of features. */
function caseOf(
  name: string,
  { spec, fitted, parameters }: Artifact,
  features: Pick<FloatBlock, 'data'>,
): Case {
  if (!isNetwork(spec)) throw new Error('an estimator is no graph');
  const { shape } = modelInput(traceNetwork(spec, fitted, 1));
  const width = shape.slice(1).reduce((product, n) => product * n, 1);
  const trace = (batch: number) => traceNetwork(spec, fitted, batch);
  const needed = trace(1).parameters.map(({ name }) => [name, parameters.get(name)!] as const);
  const data = (batch: number) => Float32Array.from(features.data.subarray(0, batch * width));
  return {
    name,
    trace,
    parameters: new Map(needed),
    inputs: (batch) => ({ x: { shape: [batch, ...shape.slice(1)], data: data(batch) } }),
  };
}
const tableOf = (columns: Record<string, ColumnData>): Table => ({
  rows: Object.values(columns)[0]!.values.length,
  columns: new Map(Object.entries(columns)),
});
const modelInput = ({ inputs, nodes }: Graph) => nodes[inputs[0]!.node]!;

describe('ONNX', () => {
  it('every block', async ({ skip }) => {
    if (!python) return skip('Python with onnxruntime and onnx cannot be had');
    await expectSame(
      BLOCK_CASES.map((one) => {
        const { weights } = traceEntry(one[0], valuesOf(one, 2));
        return {
          name: JSON.stringify(one[0]),
          trace: (batch) => traceEntry(one[0], valuesOf(one, batch)).graph,
          parameters: new Map([...weights].map(([name, value]) => [name, float32(value)])),
          inputs: (batch) =>
            Object.fromEntries(valuesOf(one, batch).map((value, i) => [`${i}`, float32(value)])),
        };
      }),
    );
  });

  it('every template', { timeout: 600_000 }, async ({ skip }) => {
    if (!python) return skip('Python with onnxruntime and onnx cannot be had');
    if (!home) return skip('TRAINYARD_DATASETS is not set');
    const estimators: (Exported & { name: string })[] = [];
    const networks: Case[] = [];
    const folders: string[] = [];
    for (const [i, [template, task, source]] of TEMPLATES.entries()) {
      const folder = join(root, `template-${i}`);
      const one = await exportInto(folder, {
        ...(await source()),
        change: { template, task },
      });
      expect(one.refusals.get('onnx'), template).toBe(undefined);
      if (!isNetwork(one.artifact.spec)) {
        estimators.push({ ...one, name: `${template}, ${task}` });
        folders.push(join(folder, 'onnx'));
        continue;
      }
      const predictor = await createPredictor(one.artifact, await startWasm());
      networks.push(caseOf(template, one.artifact, predictor.features(one.rows)));
      predictor.dispose();
    }
    await expectSame(networks, await startWasm());
    const answers = await runPython(python, folders);
    for (const [i, { name, expected }] of estimators.entries()) {
      try {
        expectAnswers(answers[i], expected);
      } catch (error) {
        throw new Error(`${name}: ${(error as Error).message}`);
      }
    }
  });

  it('backbones, and what is run more than once: translations, pictures, boxes', async ({ skip }) => {
    if (!python) return skip('Python with onnxruntime and onnx cannot be had');
    const { pictures, boxes } = shapePictures(12);
    const small = shapePictures(8, { width: 8, height: 8 }).pictures;
    const image = { type: 'image', width: 8, height: 8, channels: 3, scale: 'zero-one' };
    const spec = (task: string, model: unknown, column: string, step: unknown, loss?: unknown) => ({
      ...{ schemaVersion: 1, task, target: 'answer', model, features: [{ column, steps: [step] }] },
      split: { validation: 0.2, test: 0.2 },
      training: { ...shapesSpec.training, loss },
    });
    const answer: ColumnData = { type: 'category', values: pictures.map((_, i) => (i % 2 ? 'a' : 'b')) };
    const tokens = { type: 'sentence-pieces', vocabulary: 'universal-sentence-encoder-lite', length: 8 };
    const encoder = [{ type: 'universal-sentence-encoder-lite', inputs: ['feature:text'] }];
    const autoencoder = [
      ...[{ type: 'flatten' }, { type: 'dense', units: 8 }, { type: 'latent' }],
      ...[
        { type: 'dense', units: 128 },
        { type: 'reshape', shape: [4, 4, 8] },
      ],
      { type: 'conv2d-transpose', filters: 4, kernelSize: 3 },
    ];
    const denoiser = [{ type: 'conv2d', filters: 8, kernelSize: 3 }];
    const images: ColumnData = { type: 'image', values: pictures };
    const smallImages = tableOf({ image: { type: 'image', values: small } });
    const given: [unknown, Table][] = [
      [
        spec('classification', [{ type: 'mobilenet-v1' }], 'image', { ...image, width: 40, height: 33 }),
        tableOf({ image: images, answer }),
      ],
      [
        spec('classification', encoder, 'text', tokens),
        tableOf({ text: { type: 'category', values: pictures.map((_, i) => `text ${i}`) }, answer }),
      ],
      [tinyLanguageSpec(), tinyLanguageTable(60)],
      [shapesSpec, tableOf({ image: images, boxes: { type: 'boxes', values: boxes } })],
      [spec('image-generation', autoencoder, 'image', image, { type: 'reconstruction' }), smallImages],
      [spec('image-generation', denoiser, 'image', image, { type: 'denoising' }), smallImages],
    ];
    const files = given.map(([spec, table]) => {
      const artifact = withRandomWeights(NetworkPipeline.parse(spec), table);
      return { artifact, paths: onnx.files(artifact, 'any').map(({ path }) => path) };
    });
    // where predicting takes more than one pass, or tokens that have no Python form, no program is beside it
    for (const { paths } of files.slice(1))
      expect(paths).toEqual(['model.onnx', 'signature.json', 'README.md']);
    await expectSame(
      files.map(({ artifact }) => {
        // ids of tokens, too, as which small whole numbers do for all
        const data = Float32Array.from({ length: 40_000 }, (_, i) => 1 + (i % 3));
        return caseOf(artifact.fitted.output.task, artifact, { data });
      }),
    );
  });

  it('what it lacks is refused by name', async ({ skip }) => {
    if (!home) return skip('TRAINYARD_DATASETS is not set');
    const change = { template: 'text-similar', task: 'classification' } as const;
    const { refusals } = await exportInto(join(root, 'refused'), {
      ...(await ofTable('banking77/test.csv', 'category')),
      change,
    });
    expect(refusals.get('onnx')).toBe(
      'ONNX has no counterpart of nearest-neighbours; its tensors leave as safetensors',
    );
  });
});
