/** Which files of weights a definition begins with. */
import { backboneOf } from './backbones/expand-model.ts';
import type { ModelSpec } from './model-spec.ts';

/** Their sha256. */
export function weightFilesOf({
  model,
  initialWeights,
}: {
  model: ModelSpec;
  initialWeights?: string | undefined;
}): string[] {
  const files = model.flatMap((entry) => backboneOf(entry)?.weights.sha256 ?? []);
  return [...new Set(initialWeights ? [...files, initialWeights] : files)];
}
