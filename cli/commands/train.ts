/** `trainyard train FILE|DATASET --target COLUMN`: data in, a registered model out, and an endpoint if asked. */
import { type Command, Option } from 'commander';
import { getModelVersion } from '../../shared/api/routes/models.ts';
import { putPipeline } from '../../shared/api/routes/pipelines.ts';
import { createRun } from '../../shared/api/routes/runs.ts';
import { suggestFeatures } from '../../shared/definition/suggest-features.ts';
import type { DatasetProfile } from '../../shared/schema/dataset.ts';
import { toName } from '../../shared/schema/id.ts';
import { TASKS } from '../../shared/schema/task.ts';
import { contextOf } from '../context.ts';
import { followRun, noteFewSlots } from '../follow-run.ts';
import { formatMetrics } from '../format.ts';
import { uploadWeights } from '../model-source.ts';
import { answering, duration, parseName, positiveNumber, wholeNumber } from '../options.ts';
import { type Output, style } from '../output.ts';
import { prepareTraining } from '../prepare-training.ts';
import { describeEndpoint, predictUrl, publish } from '../publish.ts';
import { failureOfRun } from '../run-failure.ts';
import { type AutoOptions, trainAutomatically } from '../train-automatically.ts';
import type { SpecOptions } from '../train-spec.ts';

interface TrainOptions extends SpecOptions, AutoOptions {
  auto?: boolean;
  on: 'runner';
  workers?: number;
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
    .option(
      '--workers <n>',
      'train it by several runners together, each on a part of the rows, their weights averaged in rounds',
      wholeNumber(2, 64),
    )
    .option(
      '--auto',
      'try the templates that fit, tune the best of them, and keep the best model, or several put together where that is better',
    )
    .option('--budget <time>', 'with --auto, how long to train: 90s, 10m, 2h', duration, 600)
    .option('--no-ensemble', 'with --auto, put no models together')
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
      const { context, dataset, spec, weights } = await prepareTraining(data, options, connect);
      const { client, project } = context;
      if (weights) await uploadWeights(client, weights);
      if (options.auto) return trainAutomatically(context, dataset, spec, options);

      const model = options.model ?? dataset.name;
      const pipeline = await client.call(putPipeline, {
        params: { project, pipeline: toName(`${dataset.name}-${spec.target}`) },
        body: spec,
      });
      const queued = await client.call(createRun, {
        params: { project },
        body: {
          ...{ datasetVersion: dataset.id, pipelineVersion: pipeline.id, model, on: options.on },
          ...(options.workers !== undefined && { averaging: { workers: options.workers } }),
        },
      });
      output.note(`${queued.id}: ${spec.task} of "${spec.target}" on ${dataset.name}@${dataset.version}`);
      if (options.workers !== undefined) await noteFewSlots(context, options.workers);
      if (!options.template) noteLeftOut(output, dataset.profile, spec.target);

      const run = await followRun(context, queued);
      if (run.state !== 'succeeded' || !run.modelVersion || !run.metrics) throw failureOfRun(run);
      const { name, version } = await client.call(getModelVersion, { params: { version: run.modelVersion } });
      const endpoint = options.deploy
        ? await publish(
            context,
            options.deploy,
            { modelVersion: run.modelVersion, precision: 'float32' },
            100,
          )
        : null;
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

function noteLeftOut(output: Output, profile: DatasetProfile, target: string): void {
  const { skipped } = suggestFeatures(profile, target);
  if (skipped.length === 0) return;
  const columns = skipped.slice(0, 8).map(({ column, reason }) => `${column} (${reason})`);
  const more = skipped.length > 8 ? `, and ${skipped.length - 8} more` : '';
  output.note(`leaves out ${columns.join(', ')}${more}`);
}
