/**
 * What leaves Trainyard as Keras, PyTorch and TypeScript code is run on real rows, and answers as our own predictor does. Skips where
 * the data sets or, for Python, its packages cannot be had.
 */
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Prediction } from '../../shared/schema/prediction.ts';
import { findPython } from '../helpers/python.ts';
import { type Case, cases } from './cases.ts';
import { type Exported, exportInto } from './exported.ts';
import {
  type Answer,
  checkTypes,
  linkPackages,
  PYTHON_ENV,
  run,
  runPython,
  runTypescript,
} from './run-generated.ts';
import { home, ofTable } from './sources.ts';

const MODULES = ['torch', 'keras', 'numpy', 'safetensors'];

let python: string | null = null;
let root: string;
const made = new Map<string, Exported>();

const folderOf = ({ name }: Case, kind: string): string => join(root, name.replace(/\W+/g, '-'), kind);
/** The cases that left in a form. */
const casesOf = (kind: string): Case[] => cases.filter((one) => existsSync(folderOf(one, kind)));

beforeAll(async () => {
  if (!home) return;
  root = await mkdtemp(join(tmpdir(), 'trainyard-export-'));
  await linkPackages(root);
  python = await findPython({ packages: MODULES, modules: MODULES, env: PYTHON_ENV }).catch(
    (error: Error) => {
      process.stderr.write(`Generated Python is not run: ${error.message.split('\n')[0]}\n`);
      return null;
    },
  );
  for (const one of cases) {
    const folder = join(folderOf(one, ''));
    await mkdir(folder);
    made.set(one.name, await exportInto(folder, await one.source()));
  }
}, 600_000);
afterAll(() => (root ? rm(root, { recursive: true, force: true }) : undefined));

describe.skipIf(!home)(`generated code${home ? '' : ' (skipped: TRAINYARD_DATASETS is not set)'}`, () => {
  for (const kind of ['keras', 'pytorch'] as const) {
    describe(kind, () => {
      let answers: Map<string, Answer>;
      beforeAll(async () => {
        if (!python) return;
        const folders = casesOf(kind).map((one) => folderOf(one, kind));
        answers = byName(casesOf(kind), await runPython(python, folders));
      }, 600_000);
      for (const one of cases)
        it(one.name, ({ skip }) => {
          if (!python) skip('Python with torch and keras cannot be had');
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

    it.each(['keras', 'pytorch'])('%s: python predict.py < rows.json', async (kind) => {
      if (python) await answersTo(kind, python, ['predict.py']);
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

  it('trees have no layers, and only their tensors leave', async () => {
    const change = { template: 'table-forest', task: 'classification' } as const;
    const source = await ofTable('tabular-penguins/penguins.csv', 'species', change, { train: true });
    const { refusals } = await exportInto(join(root, 'trees'), source);
    expect([...refusals.keys()]).toEqual(['keras', 'pytorch', 'typescript']);
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

function expectAnswers(given: Answer | undefined, expected: readonly Prediction[]): void {
  if (!Array.isArray(given)) throw new Error(given?.error ?? 'there is no answer');
  expect(given).toHaveLength(expected.length);
  for (const [i, one] of expected.entries()) expectClose(given[i]!, one);
}

function expectClose(given: Prediction, expected: Prediction): void {
  if ('value' in expected) {
    const { value } = given as { value: number };
    expect(Math.abs(value - expected.value)).toBeLessThan(1e-5 * Math.max(1, Math.abs(expected.value)));
    return;
  }
  if (!('label' in expected)) throw new Error('exported code says no texts');
  const { probabilities } = given as typeof expected;
  expect(Object.keys(probabilities)).toEqual(Object.keys(expected.probabilities));
  for (const [label, share] of Object.entries(expected.probabilities))
    expect(Math.abs(probabilities[label]! - share), label).toBeLessThan(1e-5);
}
