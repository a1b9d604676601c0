/** `trainyard train FILE|DATASET --target COLUMN`: data in, a registered model out, and an endpoint if asked. */
import { existsSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { getDataset } from '../../shared/api/routes/datasets.ts';
import { getModelVersion } from '../../shared/api/routes/models.ts';
import { putPipeline } from '../../shared/api/routes/pipelines.ts';
import { createRun } from '../../shared/api/routes/runs.ts';
import { listWeights } from '../../shared/api/routes/weights.ts';
import type { PipelineSpec } from '../../shared/definition/pipeline-spec.ts';
import { suggestFeatures } from '../../shared/definition/suggest-features.ts';
import { AppError } from '../../shared/errors.ts';
import type { DatasetProfile, DatasetVersion } from '../../shared/schema/dataset.ts';
import { Name, toName } from '../../shared/schema/id.ts';
import { TASKS } from '../../shared/schema/task.ts';
import { type Context, contextOf, ensureProject } from '../context.ts';
import { profileSource, readSource, uploadSource } from '../dataset-source.ts';
import { badUsage } from '../failure.ts';
import { followRun } from '../follow-run.ts';
import { formatMetrics } from '../format.ts';
import { type Uploadable, uploadWeights } from '../model-source.ts';
import { answering, parseName, positiveNumber, wholeNumber } from '../options.ts';
import { type Output, style } from '../output.ts';
import { describeEndpoint, predictUrl, publish } from '../publish.ts';
import { failureOfRun } from '../run-failure.ts';
import { importedBy, type SpecOptions, specFor } from '../train-spec.ts';

interface TrainOptions extends SpecOptions {
  on: 'runner';
  deploy?: string;
  model?: string;
}

export function addTrain(program: Command): void {
  answering(program.command('train <data>'))
    .description(
      'train a model on a file, or on a dataset that is there (NAME or NAME@VERSION), and follow it to its end',
    )
    .option('--target <column>', 'column to predict (pictures, sounds: label; pictures with boxes: boxes)')
    .addOption(new Option('--task <task>', 'what to learn (default: from the target)').choices(TASKS))
    .option(
      '--template <template>',
      'a template by its name (see advise), or a pipeline definition (JSON file), instead of the suggested one',
    )
    .option(
      '--import <model>',
      'begin with a model that others made: TensorFlow.js or Teachable Machine (folder, model.json, zip), Keras (.keras, .h5)',
    )
    .option('--until <layer>', 'take the imported model up to this layer')
    .option('--frozen', 'leave the imported weights as they are, and learn the last layer alone')
    .addOption(
      new Option('--on <place>', 'where to train; in the browser, open the page')
        .choices(['runner'])
        .default('runner'),
    )
    .option('--deploy <endpoint>', 'serve the model at this endpoint when it is trained', parseName)
    .option(
      '--model <name>',
      'name to register the model under (default: the name of the dataset)',
      parseName,
    )
    .option('--epochs <n>', 'most passes over the data', wholeNumber(1, 10_000))
    .option('--batch-size <n>', 'rows a step', wholeNumber(1, 8192))
    .option('--learning-rate <x>', 'step size of the optimiser', positiveNumber)
    .option('--seed <n>', 'seeds split, weights and shuffling', wholeNumber(0, 2 ** 31 - 1))
    .action(async (data: string, _: unknown, command: Command) => {
      const { options, output, connect } = contextOf<TrainOptions>(command);
      const { context, dataset, spec, weights } = existsSync(data)
        ? await fromFile(data, options, connect)
        : await fromDataset(refuseFileName(data), options, await connect());
      const { client, project } = context;
      if (weights) await uploadWeights(client, weights);

      const model = options.model ?? dataset.name;
      const pipeline = await client.call(putPipeline, {
        params: { project, pipeline: toName(`${dataset.name}-${spec.target}`) },
        body: spec,
      });
      const queued = await client.call(createRun, {
        params: { project },
        body: { datasetVersion: dataset.id, pipelineVersion: pipeline.id, model, on: options.on },
      });
      output.note(`${queued.id}: ${spec.task} of "${spec.target}" on ${dataset.name}@${dataset.version}`);
      if (!options.template) noteLeftOut(output, dataset.profile, spec.target);

      const run = await followRun(context, queued);
      if (run.state !== 'succeeded' || !run.modelVersion || !run.metrics) throw failureOfRun(run);
      const { name, version } = await client.call(getModelVersion, { params: { version: run.modelVersion } });
      const endpoint = options.deploy ? await publish(context, options.deploy, run.modelVersion, 100) : null;
      const answer = {
        run: run.id,
        model: { name, version },
        metrics: run.metrics,
        endpoint: endpoint && { name: endpoint.name, url: predictUrl(context, endpoint.name) },
      };
      output.result(answer, () =>
        [
          `${style('green', 'trained')} ${style('bold', `${name}@${version}`)}`,
          '',
          formatMetrics(answer.metrics),
          '',
          endpoint
            ? describeEndpoint(context, endpoint)
            : `serve it with: npx trainyard deploy ${name}@${version} --endpoint ${name}`,
        ].join('\n'),
      );
    });
}

interface Prepared {
  context: Context;
  dataset: DatasetVersion;
  spec: PipelineSpec;
  /** Of an imported model. */
  weights: Uploadable | null;
}

/** Everything that can be refused is refused before a byte is sent. */
async function fromFile(
  file: string,
  options: TrainOptions,
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

async function fromDataset(text: string, options: TrainOptions, context: Context): Promise<Prepared> {
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

function noteLeftOut(output: Output, profile: DatasetProfile, target: string): void {
  const { skipped } = suggestFeatures(profile, target);
  if (skipped.length === 0) return;
  const columns = skipped.slice(0, 8).map(({ column, reason }) => `${column} (${reason})`);
  const more = skipped.length > 8 ? `, and ${skipped.length - 8} more` : '';
  output.note(`leaves out ${columns.join(', ')}${more}`);
}
