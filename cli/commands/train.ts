/** `trainyard train FILE|DATASET --target COLUMN`: data in, a registered model out, and an endpoint if asked. */
import { existsSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { getDataset } from '../../shared/api/routes/datasets.ts';
import { getModelVersion } from '../../shared/api/routes/models.ts';
import { putPipeline } from '../../shared/api/routes/pipelines.ts';
import { createRun } from '../../shared/api/routes/runs.ts';
import { listWeights } from '../../shared/api/routes/weights.ts';
import { checkPipeline } from '../../shared/definition/check-pipeline.ts';
import { isNetwork, type PipelineSpec } from '../../shared/definition/pipeline-spec.ts';
import { suggestFeatures } from '../../shared/definition/suggest-features.ts';
import { AppError } from '../../shared/errors.ts';
import { definitionFrom } from '../../shared/import/definition-from.ts';
import type { DatasetProfile, DatasetVersion } from '../../shared/schema/dataset.ts';
import { Name, toName } from '../../shared/schema/id.ts';
import { TASKS, type Task } from '../../shared/schema/task.ts';
import { advise, fromTemplate } from '../../shared/templates/advise.ts';
import { suggestPipeline } from '../../shared/templates/suggest-pipeline.ts';
import { type Context, contextOf, ensureProject } from '../context.ts';
import { profileSource, readSource, uploadSource } from '../dataset-source.ts';
import { badUsage } from '../failure.ts';
import { followRun } from '../follow-run.ts';
import { formatMetrics } from '../format.ts';
import { importFile, type Uploadable, uploadWeights } from '../model-source.ts';
import { answering, parseName, positiveNumber, wholeNumber } from '../options.ts';
import { type Output, style } from '../output.ts';
import { describeEndpoint, predictUrl, publish } from '../publish.ts';
import { readSpec } from '../read-spec.ts';
import { failureOfRun } from '../run-failure.ts';
import { targetOf } from '../target.ts';

interface TrainOptions {
  target: string | undefined;
  task: Task | undefined;
  template?: string;
  import?: string;
  until?: string;
  frozen?: boolean;
  on: 'runner';
  deploy?: string;
  model?: string;
  epochs?: number;
  batchSize?: number;
  learningRate?: number;
  seed?: number;
}

export function addTrain(program: Command): void {
  answering(program.command('train <data>'))
    .description(
      'train a model on a file, or on a dataset that is there (NAME or NAME@VERSION), and follow it to its end',
    )
    .option('--target <column>', 'column to predict (pictures, sounds: label)')
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

async function importedBy({ import: file, until, frozen }: TrainOptions): Promise<Uploadable | null> {
  if (file !== undefined) return importFile(file, until);
  if (until !== undefined || frozen) throw badUsage(`${frozen ? '--frozen' : '--until'} goes with --import`);
  return null;
}

/** The sha256 of those that the server has. */
async function availableWeights({ client }: Context): Promise<ReadonlySet<string>> {
  const all = await client.call(listWeights, {});
  return new Set(all.filter(({ available }) => available).map(({ sha256 }) => sha256));
}

async function specFor(
  profile: DatasetProfile,
  options: TrainOptions,
  weights: Uploadable | null,
  available: () => Promise<ReadonlySet<string>>,
): Promise<PipelineSpec> {
  const base = weights
    ? beginningWith(weights, profile, options)
    : await baseFor(profile, options, available);
  const spec = withNumbers(base, options);
  checkPipeline(spec, profile);
  return spec;
}

function withNumbers(base: PipelineSpec, options: TrainOptions): PipelineSpec {
  const { epochs, batchSize, learningRate, seed = base.training.seed } = options;
  if (!isNetwork(base)) {
    const given = Object.entries({
      '--epochs': epochs,
      '--batch-size': batchSize,
      '--learning-rate': learningRate,
    }).find(([, value]) => value !== undefined);
    if (given) {
      throw badUsage(
        `${given[0]} is for networks, and this is ${base.model.type}: its numbers stand in the definition's "model"`,
      );
    }
    return { ...base, training: { ...base.training, seed } };
  }
  const { training } = base;
  return {
    ...base,
    training: {
      ...training,
      epochs: epochs ?? training.epochs,
      batchSize: batchSize ?? training.batchSize,
      seed,
      optimizer: { ...training.optimizer, learningRate: learningRate ?? training.optimizer.learningRate },
    },
  };
}

/** The definition that the advisor would begin a network with, around an imported model. */
function beginningWith(
  { imported, sha256 }: Uploadable,
  profile: DatasetProfile,
  { target, task, template, frozen = false }: TrainOptions,
): PipelineSpec {
  if (template) throw badUsage('--template and --import both say what to train; give one');
  const question = { target: targetOf(profile, target, task), task };
  const base = advise(profile, question)
    .map(({ spec }) => spec)
    .find(isNetwork);
  if (!base) throw badUsage('there is no network for this data that a model could be imported into');
  return definitionFrom(imported, { sha256, frozen }, base, profile);
}

async function baseFor(
  profile: DatasetProfile,
  { template, target, task }: TrainOptions,
  available: () => Promise<ReadonlySet<string>>,
): Promise<PipelineSpec> {
  if (template && existsSync(template)) return readTemplate(template, { target, task });
  if (template && /[./\\]/.test(template)) throw badUsage(`no such file: ${template}`);
  const question = { target: targetOf(profile, target, task), task };
  if (template) return fromTemplate(template, profile, question);
  // only pictures have templates that begin with weights
  const weights = profile.columns.some(({ type }) => type === 'image')
    ? await available()
    : new Set<string>();
  return suggestPipeline(profile, { ...question, weights });
}

function noteLeftOut(output: Output, profile: DatasetProfile, target: string): void {
  const { skipped } = suggestFeatures(profile, target);
  if (skipped.length === 0) return;
  const columns = skipped.slice(0, 8).map(({ column, reason }) => `${column} (${reason})`);
  const more = skipped.length > 8 ? `, and ${skipped.length - 8} more` : '';
  output.note(`leaves out ${columns.join(', ')}${more}`);
}

async function readTemplate(
  path: string,
  { target, task }: Pick<TrainOptions, 'target' | 'task'>,
): Promise<PipelineSpec> {
  const spec = await readSpec(path);
  if (target !== undefined && target !== spec.target)
    throw badUsage(`--target ${target}: the template's target is ${spec.target}`);
  if (task !== undefined && task !== spec.task)
    throw badUsage(`--task ${task}: the template's task is ${spec.task}`);
  return spec;
}
