/** `trainyard run extend`: a new run that goes on from where another stands, for longer or otherwise. */
import type { Command } from 'commander';
import { getPipelineVersion, putPipeline } from '../../shared/api/routes/pipelines.ts';
import { getProject } from '../../shared/api/routes/projects.ts';
import { createRun, getRun } from '../../shared/api/routes/runs.ts';
import { isNetwork, type NetworkPipeline } from '../../shared/definition/pipeline-spec.ts';
import type { Place, Run } from '../../shared/schema/run.ts';
import { contextOf } from '../context.ts';
import { badUsage } from '../failure.ts';
import { followRun } from '../follow-run.ts';
import { answering, followable, placed, positiveNumber, wholeNumber } from '../options.ts';
import { readSpec } from '../read-spec.ts';
import { failureOfRun } from '../run-failure.ts';

interface Change {
  epochs?: number;
  learningRate?: number;
  patience?: number;
  definition?: string;
}

export function addExtend(run: Command, describe: (run: Run) => string): void {
  followable(placed(answering(run.command('extend <run>'))))
    .description(
      'a new run from the last checkpoint of another: for longer, at another learning rate; that one stays as it is',
    )
    .option('--epochs <n>', 'passes over the data in all, with those before', wholeNumber(1, 10_000))
    .option('--learning-rate <x>', 'step size of the optimiser from here on', positiveNumber)
    .option('--patience <n>', 'end when so many epochs brought nothing better', wholeNumber(1, 1000))
    .option(
      '--definition <file>',
      'a pipeline definition (JSON file) that differs in schedule, loss or the like',
    )
    .action(async (id: string, _: unknown, command: Command) => {
      const { options, output, connect } = contextOf<Change & { on: Place; follow?: boolean }>(command);
      const { epochs, learningRate, patience, definition } = options;
      if ([epochs, learningRate, patience, definition].every((value) => value === undefined))
        throw badUsage('nothing differs: expected --epochs, --learning-rate, --patience or --definition');
      const context = await connect();
      const { client, project } = context;
      const from = await client.call(getRun, { params: { run: id } });
      if ((await client.call(getProject, { params: { project } })).id !== from.project)
        throw badUsage(`${id} is not of project ${project}: name its own with --project`);
      const { name, spec } = await client.call(getPipelineVersion, {
        params: { version: from.pipelineVersion },
      });
      const base = definition === undefined ? spec : await readSpec(definition);
      if (!isNetwork(base))
        throw badUsage(`${id} trained ${base.model.type}, which has no epochs to go on with`);

      const body = changed(base, options);
      const pipeline = await client.call(putPipeline, { params: { project, pipeline: name }, body });
      const queued = await client.call(createRun, {
        params: { project },
        body: {
          ...{ datasetVersion: from.datasetVersion, pipelineVersion: pipeline.id, model: from.model },
          ...{ on: options.on, name: `${from.name} +`.slice(0, 100), from: id },
        },
      });
      output.note(`${queued.id} goes on from ${id}`);
      const ended = options.follow ? await followRun(context, queued) : queued;
      if (options.follow && ended.state !== 'succeeded') throw failureOfRun(ended);
      output.result(ended, () => describe(ended));
    });
}

function changed(base: NetworkPipeline, { epochs, learningRate, patience }: Change): NetworkPipeline {
  const { training } = base;
  return {
    ...base,
    training: {
      ...training,
      ...(epochs !== undefined && { epochs }),
      ...(patience !== undefined && { earlyStopping: { patience } }),
      ...(learningRate !== undefined && { optimizer: { ...training.optimizer, learningRate } }),
    },
  };
}
