/**
 * The artifact: everything that a trained model is, in one file whose sha256 is its id. Nothing in it depends on when it
 * was made, so the same training gives the same id. Closed by default: one flipped byte, and it is refused.
 */
import * as z from 'zod';
import { canonicalJson, hashSpec } from '../definition/canonical.ts';
import { PipelineSpec } from '../definition/pipeline-spec.ts';
import { upgradeSpec } from '../definition/upgrade-spec.ts';
import { AppError, messageOf } from '../errors.ts';
import { FittedPipeline } from '../pipeline/fitted-pipeline.ts';
import { RunMetrics } from '../schema/metric.ts';
import type { Calibration } from '../schema/precision.ts';
import { sha256 } from '../sha256.ts';
import { ModelFile } from './layers-model.ts';
import { ENTRY_NAMES, Manifest, TRAINYARD_VERSION } from './manifest.ts';
import { decodeModel, encodeModel, type ModelContent } from './model-file.ts';
import { packStored, unpackStored } from './stored-zip.ts';

export const MAX_ARTIFACT_BYTES = 256 * 2 ** 20;

export interface ArtifactContent extends ModelContent {
  metrics: RunMetrics;
  datasetSha256: string;
  /** Where it was trained, for people. */
  device: string;
  /** Name of the executor that trained it. */
  executor: string;
  /** For serving in whole numbers, where that was measured. */
  calibration?: Calibration | undefined;
}

export interface Artifact extends ArtifactContent {
  sha256: string;
  manifest: Manifest;
}

export function encodeArtifact(content: ArtifactContent): { bytes: Uint8Array<ArrayBuffer>; sha256: string } {
  const { spec, fitted, metrics } = content;
  const { file, weights } = encodeModel(content);
  const entries = {
    'pipeline.json': jsonBytes({ spec, fitted }),
    'model.json': jsonBytes(file),
    'weights.bin': weights,
    'metrics.json': jsonBytes(metrics),
  };
  const manifest: Manifest = {
    formatVersion: 1,
    task: spec.task,
    seed: spec.training.seed,
    datasetSha256: content.datasetSha256,
    specHash: hashSpec(spec),
    createdBy: { trainyard: TRAINYARD_VERSION, executor: content.executor, device: content.device },
    inputs: fitted.inputs,
    output: fitted.output,
    ...(content.calibration && { calibration: content.calibration }),
    files: {
      'pipeline.json': sha256(entries['pipeline.json']),
      'model.json': sha256(entries['model.json']),
      'weights.bin': sha256(entries['weights.bin']),
      'metrics.json': sha256(entries['metrics.json']),
    },
  };
  const bytes = packStored({ 'manifest.json': jsonBytes(manifest), ...entries });
  return { bytes, sha256: sha256(bytes) };
}

/** Throws AppError `invalid_artifact` unless every byte is as `encodeArtifact` wrote it. */
export function decodeArtifact(bytes: Uint8Array, expectedSha256?: string): Artifact {
  try {
    return decode(bytes, expectedSha256);
  } catch (error) {
    const problem = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error);
    throw new AppError('invalid_artifact', `This is not a sound artifact: ${problem}`, { cause: error });
  }
}

function decode(bytes: Uint8Array, expectedSha256: string | undefined): Artifact {
  if (bytes.length > MAX_ARTIFACT_BYTES) {
    throw new Error(`it has ${bytes.length} bytes, and at most ${MAX_ARTIFACT_BYTES} are accepted`);
  }
  const id = sha256(bytes);
  if (expectedSha256 !== undefined && id !== expectedSha256) {
    throw new Error(`its sha256 is ${id}, expected ${expectedSha256}`);
  }
  const files = unpackStored(bytes, ['manifest.json', ...ENTRY_NAMES]);
  const manifest = Manifest.parse(parseJson(files['manifest.json']));
  for (const name of ENTRY_NAMES) {
    if (sha256(files[name]) !== manifest.files[name])
      throw new Error(`${name} is not the file its manifest names`);
  }
  const pipeline = PipelineFile.parse(parseJson(files['pipeline.json']));
  if (hashSpec(pipeline.spec) !== manifest.specHash)
    throw new Error('its pipeline is not the one its manifest names');
  const spec = PipelineSpec.parse(upgradeSpec(pipeline.spec));
  const { fitted } = pipeline;
  const metrics = RunMetrics.parse(parseJson(files['metrics.json']));
  const file = ModelFile.parse(parseJson(files['model.json']));
  const parameters = decodeModel({ spec, fitted }, file, files['weights.bin']);
  return {
    sha256: id,
    manifest,
    spec,
    fitted,
    metrics,
    parameters,
    datasetSha256: manifest.datasetSha256,
    device: manifest.createdBy.device,
    executor: manifest.createdBy.executor,
    calibration: manifest.calibration,
  };
}

const PipelineFile = z.strictObject({ spec: z.record(z.string(), z.json()), fitted: FittedPipeline });

const jsonBytes = (value: unknown) => new TextEncoder().encode(canonicalJson(value));
const parseJson = (bytes: Uint8Array): unknown =>
  JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes));
