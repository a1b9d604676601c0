/** What a training or a search begins with: a dataset on the server, made of a file or found there, and a definition that fits it. */
import { existsSync } from 'node:fs';
import { getDataset } from '../shared/api/routes/datasets.ts';
import { listWeights } from '../shared/api/routes/weights.ts';
import type { PipelineSpec } from '../shared/definition/pipeline-spec.ts';
import { AppError } from '../shared/errors.ts';
import type { DatasetVersion } from '../shared/schema/dataset.ts';
import { Name } from '../shared/schema/id.ts';
import { type Context, ensureProject } from './context.ts';
import { profileSource, readSource, uploadSource } from './dataset-source.ts';
import { badUsage } from './failure.ts';
import type { Uploadable } from './model-source.ts';
import { importedBy, type SpecOptions, specFor } from './train-spec.ts';

export interface Prepared {
  context: Context;
  dataset: DatasetVersion;
  spec: PipelineSpec;
  /** Of an imported model. */
  weights: Uploadable | null;
}

/** `data`: a file, or NAME or NAME@VERSION of a dataset that is there. */
export async function prepareTraining(
  data: string,
  options: SpecOptions,
  connect: () => Promise<Context>,
): Promise<Prepared> {
  return existsSync(data)
    ? fromFile(data, options, connect)
    : fromDataset(refuseFileName(data), options, await connect());
}

/** Everything that can be refused is refused before a byte is sent. */
async function fromFile(
  file: string,
  options: SpecOptions,
  connect: () => Promise<Context>,
): Promise<Prepared> {
  const source = await readSource([file]);
  const profile = await profileSource(source);
  const imported = await importedBy(options);
  const spec = await specFor(profile, options, imported, async () => availableWeights(await connect()));
  const context = await connect();
  await ensureProject(context);
  return { context, spec, weights: imported, dataset: await uploadSource(context, source, source.name) };
}

/** A missing file is said to be one, before any server is asked for a dataset of that name. */
function refuseFileName(text: string): string {
  const [name, version = '1', ...rest] = text.split('@');
  const isDataset = Name.safeParse(name).success && /^[1-9]\d*$/.test(version) && rest.length === 0;
  if (!isDataset || /\.(csv|tsv|txt|zip|gz|json)$/i.test(text)) throw badUsage(`no such file: ${text}`);
  return text;
}

async function fromDataset(text: string, options: SpecOptions, context: Context): Promise<Prepared> {
  const [name = '', version] = text.split('@');
  const { client, project } = context;
  const params = { project, dataset: name };
  const { versions } = await client.call(getDataset, { params }).catch((error: unknown) => {
    if (!(error instanceof AppError) || error.code !== 'not_found') throw error;
    throw badUsage(`"${text}" is neither a file here nor a dataset of project ${project}`);
  });
  const dataset =
    version === undefined ? versions[0] : versions.find((one) => String(one.version) === version);
  if (!dataset) {
    throw badUsage(
      `${name} has no version "${version}": expected one of ${versions.map((one) => one.version).join(', ')}`,
    );
  }
  const weights = await importedBy(options);
  const spec = await specFor(dataset.profile, options, weights, () => availableWeights(context));
  return { context, dataset, spec, weights };
}

/** The sha256 of those that the server has. */
async function availableWeights({ client }: Context): Promise<ReadonlySet<string>> {
  const all = await client.call(listWeights, {});
  return new Set(all.filter(({ available }) => available).map(({ sha256 }) => sha256));
}
