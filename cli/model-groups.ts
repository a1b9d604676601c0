/** What is typical of each group that a model version found. */
import type { Client } from '../shared/api/client.ts';
import { getModelArtifact } from '../shared/api/routes/models.ts';
import { decodeArtifact } from '../shared/artifact/artifact.ts';
import { describeGroups, type Groups } from '../shared/artifact/describe-groups.ts';
import type { ModelVersion } from '../shared/schema/model.ts';
import { formatNumber, formatTable } from './format.ts';

/** Null for one that found none; only one that did is fetched. */
export async function fetchGroups(client: Client, version: ModelVersion): Promise<Groups | null> {
  if (version.metrics.test.silhouette === undefined) return null;
  const response = await client.call(getModelArtifact, { params: { version: version.id } });
  return describeGroups(decodeArtifact(await response.bytes(), version.artifact));
}

export const formatGroups = ({ names, features }: Groups): string =>
  formatTable(
    ['typical', ...names],
    features.map(({ name, values }) => [
      name,
      ...values.map((value) => (typeof value === 'number' ? formatNumber(value) : (value ?? '–'))),
    ]),
  );
