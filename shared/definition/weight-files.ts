/** Which files of weights a definition begins with, and which of them hold the vocabularies that its steps name. */
import { backboneOf } from '../model/backbones/expand-model.ts';
import { isNetwork, type PipelineSpec } from './pipeline-spec.ts';

/** Their sha256. */
export function weightFilesOf(spec: PipelineSpec): string[] {
  const files = isNetwork(spec) ? spec.model.flatMap((entry) => backboneOf(entry)?.weights.sha256 ?? []) : [];
  const initial = isNetwork(spec) && spec.initialWeights ? [spec.initialWeights] : [];
  return [...new Set([...files, ...vocabularyFilesOf(spec).values(), ...initial])];
}

/** By the vocabulary's name, which is its backbone's. */
export function vocabularyFilesOf({ features }: Pick<PipelineSpec, 'features'>): Map<string, string> {
  const steps = features.flatMap((feature) => feature.steps);
  const names = steps.flatMap((step) => (step.type === 'sentence-pieces' ? step.vocabulary : []));
  return new Map(names.map((name) => [name, backboneOf({ type: name })!.weights.sha256]));
}
