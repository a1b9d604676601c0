/** Weights that others have trained, which a network begins with. */
import * as z from 'zod';
import { decodeSafetensors, safetensorsMetadata } from '../artifact/safetensors.ts';
import type { NetworkPipeline, PipelineSpec } from '../definition/pipeline-spec.ts';
import { vocabularyFilesOf } from '../definition/weight-files.ts';
import { AppError } from '../errors.ts';
import type { ParameterValues } from '../executors/executor.ts';
import type { Graph, TensorValue } from '../graph/graph.ts';
import { sameShape, showShape } from '../graph/operator.ts';
import { backboneOf } from '../model/backbones/expand-model.ts';
import { initParameters } from '../model/init-parameters.ts';
import { entryName } from '../model/model-links.ts';
import { HEAD } from '../model/trace-model.ts';
import { VOCABULARY, type Vocabulary, vocabularyOf } from '../pipeline/text/sentence-pieces.ts';
import { sha256 } from '../sha256.ts';

/** Bytes of files of weights, by their sha256. */
export type WeightFiles = ReadonlyMap<string, Uint8Array>;

/** By the names of the model's parameters. Throws AppError `invalid_request` where a file is missing, `invalid_data` where it is damaged. */
export function readInitialWeights(
  { model, initialWeights }: NetworkPipeline,
  files: WeightFiles,
): ParameterValues {
  const weights = new Map<string, TensorValue>();
  for (const [place, entry] of model.entries()) {
    const backbone = backboneOf(entry);
    if (!backbone) continue;
    const name = entryName(entry, place);
    for (const [tensor, value] of decodeSafetensors(open(files, backbone.weights.sha256)))
      weights.set(`${name}_${tensor}`, value);
  }
  if (initialWeights) {
    for (const [name, value] of decodeSafetensors(open(files, initialWeights))) weights.set(name, value);
  }
  return weights;
}

/** The vocabularies that steps name. Throws as `readInitialWeights` does. */
export const readVocabularies = (spec: PipelineSpec, files: WeightFiles): Map<string, Vocabulary> =>
  new Map(
    [...vocabularyFilesOf(spec)].map(([name, hash]) => {
      const text = safetensorsMetadata(open(files, hash))[VOCABULARY];
      return [name, vocabularyOf(z).parse(JSON.parse(text!))];
    }),
  );

function open(files: WeightFiles, hash: string): Uint8Array {
  const bytes = files.get(hash);
  if (!bytes) throw new AppError('invalid_request', `the file of weights ${hash} was not given`);
  const found = sha256(bytes);
  if (found !== hash)
    throw new AppError(
      'invalid_data',
      `the file of weights arrived damaged: its sha256 is ${found}, expected ${hash}`,
    );
  return bytes;
}

/**
 * First values of a graph's parameters: those given, and random ones for the rest. A head for other classes begins anew; any other
 * weight of another shape is refused with AppError `invalid_pipeline`.
 */
export function firstValues(graph: Graph, seed: number, given: ParameterValues): Map<string, TensorValue> {
  const values = initParameters(graph, seed);
  for (const { name, shape } of graph.parameters) {
    const value = given.get(name);
    if (!value) continue;
    if (sameShape(value.shape, shape)) values.set(name, value);
    else if (!name.startsWith(`${HEAD}/`)) {
      throw new AppError(
        'invalid_pipeline',
        `the initial weight "${name}" has the shape ${showShape(value.shape)}, and the model needs ${showShape(shape)}`,
      );
    }
  }
  return values;
}
