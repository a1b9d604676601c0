/** Files of weights in R2, under `<workspace>/weights/<sha256>`, and those that definitions ask for. */
import type { PipelineSpec } from '../../shared/definition/pipeline-spec.ts';
import { weightFilesOf } from '../../shared/definition/weight-files.ts';
import { AppError } from '../../shared/errors.ts';
import { backbones } from '../../shared/model/backbones/list.ts';
import type { PretrainedWeights } from '../../shared/schema/weights.ts';

export const weightsKey = (workspace: string, sha256: string): string => `${workspace}/weights/${sha256}`;

export async function listPretrained(blobs: R2Bucket, workspace: string): Promise<PretrainedWeights[]> {
  return Promise.all(
    backbones.map(async ({ type, weights: { title, sha256, bytes, licence, source } }) => ({
      ...{ backbone: type, title, sha256, bytes, licence, url: source.url },
      available: (await blobs.head(weightsKey(workspace, sha256))) !== null,
    })),
  );
}

/** Throws AppError `invalid_pipeline` naming a file of weights that the definition begins with and that is not there. */
export async function requireWeights(blobs: R2Bucket, workspace: string, spec: PipelineSpec): Promise<void> {
  for (const sha256 of weightFilesOf(spec)) {
    if (await blobs.head(weightsKey(workspace, sha256))) continue;
    const backbone = backbones.find(({ weights }) => weights.sha256 === sha256);
    throw new AppError(
      'invalid_pipeline',
      backbone
        ? `"${backbone.type}" begins with the weights of ${backbone.weights.title}, which this server does not have: npx trainyard weights add ${backbone.type}`
        : `the definition's initialWeights ${sha256} are not on this server: import the model again, or leave them out`,
    );
  }
}
