/**
 * What leaves Trainyard as Keras, PyTorch and TypeScript code and as ONNX is run on real rows, and answers as our own predictor does. Skips where
 * the data sets or, for Python, its packages cannot be had.
 */
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { Tensor } from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPredictor } from '../../shared/artifact/predictor.ts';
import { createPlainExecutor } from '../../shared/executors/plain/plain-executor.ts';
import { cpuBackend } from '../../shared/executors/tfjs/cpu-for-tests.ts';
import { scaleOf } from '../../shared/pipeline/number-scale.ts';
import type { Prediction } from '../../shared/schema/prediction.ts';
import { findPython } from '../helpers/python.ts';
import { type Case, cases } from './cases.ts';
import { expectAnswers } from './expect-answers.ts';
import { type Exported, exportInto } from './exported.ts';
import {
  type Answer,
  checkTypes,
  linkPackages,
  ONNX_PACKAGES,
  PYTHON_ENV,
  run,
  runPython,
  runTypescript,
} from './run-generated.ts';
import { home, ofTable } from './sources.ts';

const MODULES = ['torch', 'keras', 'numpy', 'safetensors'];

let python: string | null = null;
let onnxPython: string | null = null;
let root: string;
const made = new Map<string, Exported>();

const folderOf = ({ name }: Case, kind: string): string => join(root, name.replace(/\W+/g, '-'), kind);
/** The cases that left in a form. */
const casesOf = (kind: string): Case[] => cases.filter((one) => existsSync(folderOf(one, kind)));

beforeAll(async () => {
  if (!home) return;
  root = await mkdtemp(join(tmpdir(), 'trainyard-export-'));
  await linkPackages(root);
  const found = (packages: readonly string[]) =>
    findPython({ packages, modules: packages, env: PYTHON_ENV }).catch((error: Error) => {
      process.stderr.write(`Generated Python is not run: ${error.message.split('\n')[0]}\n`);
      return null;
    });
  python = await found(MODULES);
  onnxPython = await found(ONNX_PACKAGES);
  for (const one of cases) {
    const folder = join(folderOf(one, ''));
    await mkdir(folder);
    made.set(one.name, await exportInto(folder, await one.source()));
  }
}, 600_000);
afterAll(() => (root ? rm(root, { recursive: true, force: true }) : undefined));

describe.skipIf(!home)(`generated code${home ? '' : ' (skipped: TRAINYARD_DATASETS is not set)'}`, () => {
  for (const kind of ['keras', 'pytorch', 'onnx'] as const) {
    const own = () => (kind === 'onnx' ? onnxPython : python);
    describe(kind, () => {
      let answers: Map<string, Answer>;
      beforeAll(async () => {
        const python = own();
        if (!python) return;
        const folders = casesOf(kind).map((one) => folderOf(one, kind));
        answers = byName(casesOf(kind), await runPython(python, folders));
      }, 600_000);
      for (const one of cases)
        it(one.name, ({ skip }) => {
          if (!own()) skip('Python with what it needs cannot be had');
          if (kind === 'keras' && one.notInKeras)
            skip('Keras on PyTorch answers otherwise than on TensorFlow');
          expectAnswers(answers.get(one.name), made.get(one.name)!.expected);
        });
    });
  }

  describe('typescript', () => {
    let answers: Map<string, Answer>;
    beforeAll(async () => {
      const folders = casesOf('typescript').map((one) => folderOf(one, 'typescript'));
      answers = byName(casesOf('typescript'), await runTypescript(folders));
    }, 600_000);
    for (const one of cases)
      it(one.name, () => {
        if (one.notInTypescript) {
          expect(made.get(one.name)!.refusals.get('typescript')).toMatch(one.notInTypescript);
          return;
        }
        expectAnswers(answers.get(one.name), made.get(one.name)!.expected);
      });

    it('types are sound', () =>
      checkTypes(
        root,
        casesOf('typescript').map((one) => folderOf(one, 'typescript')),
      ));
  });

  describe('tfjs: tf.loadLayersModel', () => {
    let tf: typeof import('@tensorflow/tfjs');
    let server: Server;
    beforeAll(async () => {
      tf = await cpuBackend();
      server = createServer((request, response) => {
        readFile(join(root, decodeURIComponent(request.url!))).then(
          (bytes) => response.end(bytes),
          () => response.writeHead(404).end(),
        );
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
    });
    afterAll(() => server?.close());

    for (const one of cases)
      it(one.name, async () => {
        const { refusals, artifact, rows, expected } = made.get(one.name)!;
        const refusal = refusals.get('tfjs');
        const lacks = one.notInTfjs ?? one.notInTypescript;
        if (lacks) return expect(refusal).toMatch(lacks);
        expect(refusal).toBe(undefined);
        const { port } = server.address() as AddressInfo;
        const folder = encodeURIComponent(relative(root, folderOf(one, 'tfjs')));
        const model = await tf.loadLayersModel(`http://127.0.0.1:${port}/${folder}/model.json`);
        const predictor = await createPredictor(artifact, createPlainExecutor());
        const { data, shape } = predictor.features(rows);
        const answer = model.predict(tf.tensor(data, [rows.length, ...shape])) as Tensor;
        const values = await answer.data();
        const { mean, std } = scaleOf(artifact.fitted);
        const outputs = values.length / rows.length;
        const given = expected.map((wanted, row): Prediction => {
          const own = [...values.slice(row * outputs, (row + 1) * outputs)];
          if (!('label' in wanted)) return { value: own[0]! * std + mean };
          const classes = Object.keys(wanted.probabilities);
          return {
            label: classes[own.indexOf(Math.max(...own))]!,
            probabilities: Object.fromEntries(classes.map((name, i) => [name, own[i]!])),
          };
        });
        expectAnswers(given, expected);
        predictor.dispose();
        model.dispose();
      });
  });

  describe('as a person runs it', () => {
    const [first] = cases as [Case, ...Case[]];
    const answersTo = async (kind: string, program: string, args: string[]) => {
      const { rows, expected } = made.get(first.name)!;
      const lines = await run(folderOf(first, kind), program, args, JSON.stringify(rows));
      const answers = lines
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Prediction);
      expectAnswers(answers, expected);
    };

    it.each(['keras', 'pytorch', 'onnx'])('%s: python predict.py < rows.json', async (kind) => {
      const program = kind === 'onnx' ? onnxPython : python;
      if (program) await answersTo(kind, program, ['predict.py']);
    });

    it('typescript: node src/main.ts < rows.json', () =>
      answersTo('typescript', process.execPath, ['src/main.ts']));

    for (const one of cases.filter(({ csv }) => csv))
      it(`keras: python train.py data.csv, ${one.name}`, async ({ skip }) => {
        if (!python) return skip('Python with torch and keras cannot be had');
        const folder = folderOf(one, 'keras');
        await copyFile(join(home!, one.csv!), join(folder, 'data.csv'));
        const told = await run(folder, python, ['train.py', 'data.csv']);
        expect(existsSync(join(folder, 'trained.keras'))).toBe(true);
        const losses = [...told.matchAll(/val_loss: ([\d.e-]+)/g)].map(([, loss]) => Number(loss));
        if (one.isSolved) {
          await expectAlike(folder, made.get(one.name)!.expected);
          return;
        }
        expect(losses.length).toBeGreaterThan(5);
        expect(Math.min(...losses)).toBeLessThan(0.85 * losses[0]!);
      });
  });

  it('trees have no layers, and leave as tensors and as ONNX alone', async () => {
    const change = { template: 'table-forest', task: 'classification' } as const;
    const source = await ofTable('tabular-penguins/penguins.csv', 'species', change, { train: true });
    const { refusals } = await exportInto(join(root, 'trees'), source);
    expect([...refusals.keys()]).toEqual(['keras', 'pytorch', 'typescript', 'tfjs']);
    expect(refusals.get('keras')).toBe(
      'a model of random-forest has no layers, and leaves as safetensors only; networks and ridge leave as code',
    );
  });

  it('a notebook is JSON with the code in cells', async () => {
    const text = await readFile(join(folderOf(cases[0]!, 'keras'), 'notebook.ipynb'), 'utf8');
    const { nbformat, cells } = JSON.parse(text);
    expect([nbformat, cells.length]).toEqual([4, 4]);
    expect(cells[2].source.join('')).toContain('layers.Dense(32, activation="relu", name="dense_1")');
    expect(cells[3].source.join('')).not.toContain('from model import');
  });
});

const byName = (of: readonly Case[], answers: readonly Answer[]): Map<string, Answer> =>
  new Map(of.map(({ name }, i) => [name, answers[i]!]));

/** What was trained anew, on all rows, says nearly the same. */
async function expectAlike(folder: string, expected: readonly Prediction[]): Promise<void> {
  const program =
    'import json, keras, predict; print(json.dumps(predict.predict(keras.models.load_model("trained.keras"), json.load(open("rows.json")))))';
  const answers = JSON.parse(await run(folder, python!, ['-c', program])) as { value: number }[];
  for (const [i, one] of (expected as { value: number }[]).entries())
    expect(Math.abs(answers[i]!.value / one.value - 1)).toBeLessThan(0.1);
}
