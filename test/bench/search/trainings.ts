/**
 * The trainings that all searches choose among: a small network on a real set, on our `wasm` executor. What a search asks for is
 * rounded to the nearest of some thousand definitions, each of which is trained once, for as many epochs as any may have; so every
 * search sees the same curves.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadDataset } from '../../../shared/data/load-dataset.ts';
import { profileBytes } from '../../../shared/data/profile-dataset.ts';
import { canonicalJson } from '../../../shared/definition/canonical.ts';
import { isNetwork, type NetworkPipeline } from '../../../shared/definition/pipeline-spec.ts';
import type { Dimension, Parameters } from '../../../shared/schema/sweep.ts';
import { sha256 } from '../../../shared/sha256.ts';
import { fromTemplate } from '../../../shared/templates/advise.ts';
import { trainPipeline } from '../../../shared/train/train-pipeline.ts';
import { TrainingDiverged } from '../../../shared/train/training-diverged.ts';
import { applyParameters } from '../../../shared/tune/apply-parameters.ts';
import { wasmCandidate } from '../../helpers/wasm-candidate.ts';

/** Epochs of the longest training. */
export const EPOCHS = 27;

export interface DataSet {
  file: string;
  target: string;
}

export const SPACE: Readonly<Record<string, Dimension>> = {
  'training.optimizer.learningRate': { type: 'float', min: 1e-4, max: 1, log: true },
  'training.batchSize': { type: 'choice', values: [32, 64, 128] },
  'model.0.units': { type: 'int', min: 4, max: 128, log: true },
  'model.1.rate': { type: 'float', min: 0, max: 0.6 },
};

/** To thirds of a decade, powers of two, and steps of 0.2. */
const ROUNDED: Readonly<Record<string, (value: number) => number>> = {
  'training.optimizer.learningRate': (rate) =>
    Number((10 ** (Math.round(3 * Math.log10(rate)) / 3)).toPrecision(3)),
  'training.batchSize': (size) => size,
  'model.0.units': (units) => 2 ** Math.round(Math.log2(units)),
  'model.1.rate': (rate) => Number((0.2 * Math.round(rate / 0.2)).toPrecision(3)),
};

/** Of the parameters of a trial the validation loss after each epoch; null for a training that diverged. */
export type CurveOf = (parameters: Parameters) => Promise<readonly number[] | null>;

export async function createTrainings(folder: string, { file, target }: DataSet) {
  const bytes = new Uint8Array(await readFile(join(folder, file)));
  const profile = profileBytes(bytes, 'csv');
  const data = { table: loadDataset(bytes, 'csv', profile), datasetSha256: sha256(bytes) };
  const base = baseOf(fromTemplate('table-network', profile, { target }) as NetworkPipeline);
  const candidates = [wasmCandidate];
  const curves = new Map<string, readonly number[] | null>();

  const curveOf: CurveOf = async (parameters) => {
    const rounded = Object.fromEntries(
      Object.entries(parameters).map(([path, value]) => [path, ROUNDED[path]!(Number(value))]),
    );
    const key = canonicalJson(rounded);
    if (!curves.has(key)) {
      const spec = applyParameters(base, { parameters: SPACE, scheduler: { type: 'none' } }, rounded);
      curves.set(key, await train(spec as NetworkPipeline));
    }
    return curves.get(key)!;
  };
  return { curveOf, trained: () => curves.size };

  async function train(spec: NetworkPipeline): Promise<readonly number[] | null> {
    const losses: number[] = [];
    try {
      const training = trainPipeline(candidates, { ...data, spec });
      for (let next = await training.next(); !next.done; next = await training.next()) {
        if (next.value.type !== 'metrics') continue;
        for (const { split, name, value } of next.value.points)
          if (split === 'validation' && name === 'loss') losses.push(value);
      }
      return losses;
    } catch (error) {
      if (error instanceof TrainingDiverged) return null;
      throw error;
    }
  }
}

/** One hidden layer and dropout, and more rows to validate on than a template takes, so that chance says less. */
function baseOf(template: NetworkPipeline): NetworkPipeline {
  if (!isNetwork(template)) throw new TypeError('the template is no network');
  return {
    ...template,
    model: [
      { type: 'dense', units: 32, activation: 'relu' },
      { type: 'dropout', rate: 0 },
    ],
    split: { validation: 0.3, test: 0.1 },
    training: { ...template.training, epochs: EPOCHS, earlyStopping: null },
  };
}
