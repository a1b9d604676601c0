/** `trainyard train FILE|DATASET --target COLUMN`: data in, a registered model out, and an endpoint if asked. */
import { existsSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { getDataset } from '../../shared/api/routes/datasets.ts';
import { getModelVersion } from '../../shared/api/routes/models.ts';
import { putPipeline } from '../../shared/api/routes/pipelines.ts';
import { createRun } from '../../shared/api/routes/runs.ts';
import { checkPipeline } from '../../shared/definition/check-pipeline.ts';
import { isNetwork, type PipelineSpec, TASKS, type Task } from '../../shared/definition/pipeline-spec.ts';
import { suggestFeatures } from '../../shared/definition/suggest-features.ts';
import { AppError } from '../../shared/errors.ts';
import type { DatasetProfile, DatasetVersion } from '../../shared/schema/dataset.ts';
import { Name, toName } from '../../shared/schema/id.ts';
import { fromTemplate } from '../../shared/templates/advise.ts';
import { suggestPipeline } from '../../shared/templates/suggest-pipeline.ts';
import { type Context, contextOf, ensureProject } from '../context.ts';
import { profileSource, readSource, uploadSource } from '../dataset-source.ts';
import { badUsage } from '../failure.ts';
import { followRun } from '../follow-run.ts';
import { formatMetrics } from '../format.ts';
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
      const { context, dataset, spec } = existsSync(data)
        ? await fromFile(data, options, connect)
        : await fromDataset(refuseFileName(data), options, await connect());
      const { client, project } = context;

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
}

/** Everything that can be refused is refused before a byte is sent. */
async function fromFile(
  file: string,
  options: TrainOptions,
  connect: () => Promise<Context>,
): Promise<Prepared> {
  const source = await readSource([file]);
  const spec = await specFor(await profileSource(source), options);
  const context = await connect();
  await ensureProject(context);
  return { context, spec, dataset: await uploadSource(context, source, source.name) };
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
  return { context, dataset, spec: await specFor(dataset.profile, options) };
}

async function specFor(profile: DatasetProfile, options: TrainOptions): Promise<PipelineSpec> {
  const base = await baseFor(profile, options);
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

async function baseFor(
  profile: DatasetProfile,
  { template, target, task }: TrainOptions,
): Promise<PipelineSpec> {
  if (template && existsSync(template)) return readTemplate(template, { target, task });
  if (template && /[./\\]/.test(template)) throw badUsage(`no such file: ${template}`);
  const question = { target: targetOf(profile, target), task };
  return template ? fromTemplate(template, profile, question) : suggestPipeline(profile, question);
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
