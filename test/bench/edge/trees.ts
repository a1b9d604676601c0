/** Gradient-boosted trees: ours, trained in a second, and the very same trees as an ONNX file. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { decodeArtifact } from '../../../shared/artifact/artifact.ts';
import { PipelineSpec } from '../../../shared/definition/pipeline-spec.ts';
import type { ParameterValues } from '../../../shared/executors/executor.ts';
import { trainArtifact } from '../../helpers/edge-scenario.ts';
import { findPython } from '../../helpers/python.ts';
import type { MakeBodies } from './bodies.ts';
import type { Dataset } from './datasets.ts';
import { classesOf, type ServedCase } from './served-case.ts';

const ROUNDS = 100;
const SCRIPT = join(import.meta.dirname, 'write_trees_onnx.py');

export async function prepareTrees(name: string, dataset: Dataset, bodies: MakeBodies): Promise<ServedCase> {
  const { target, features, bytes, format } = dataset;
  const spec = PipelineSpec.parse({
    ...{ schemaVersion: 1, kind: 'estimator', task: 'classification', target, features },
    model: { type: 'gradient-boosting', rounds: ROUNDS, patience: null },
    split: { validation: 0.2, test: 0.2 },
    training: { seed: 1 },
  });
  const trained = await trainArtifact(spec, bytes, format);
  const { fitted, parameters } = decodeArtifact(trained.artifact);
  const { own, rivals, isBinary } = bodies(fitted);
  return {
    own: { dataset, spec, trained },
    ownRequest: own(name),
    task: {
      ...{ inputShape: fitted.outputShape, dtype: 'float32', classes: classesOf(fitted) },
      ...{ shift: [0], scale: [1], isBinary, model: null, weights: [] },
    },
    weights: new Uint8Array(),
    onnx: await treesOnnx(parameters, fitted.outputShape[0]!),
    rivalRequest: rivals,
  };
}

async function treesOnnx(parameters: ParameterValues, inputs: number): Promise<Uint8Array> {
  const python = await findPython({ packages: ['onnx'], modules: ['onnx'] });
  const folder = await mkdtemp(join(tmpdir(), 'trainyard-trees-'));
  try {
    const [given, written] = [join(folder, 'trees.json'), join(folder, 'trees.onnx')];
    const learnt = [...parameters].map(([name, { data }]) => [name, [...data]]);
    await writeFile(given, JSON.stringify({ inputs, ...Object.fromEntries(learnt) }));
    await promisify(execFile)(python, [SCRIPT, given, written]);
    return await readFile(written);
  } finally {
    await rm(folder, { recursive: true });
  }
}
