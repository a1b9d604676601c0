/** `trainyard sweep start|list|show|stop|resume`: searches for better parameters. */
import { readFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { createSweep, getSweep, listSweeps, resumeSweep, stopSweep } from '../../shared/api/routes/sweeps.ts';
import { isNetwork } from '../../shared/definition/pipeline-spec.ts';
import { METRIC_NAMES, METRICS, type MetricName } from '../../shared/schema/metric.ts';
import type { SweepDetail } from '../../shared/schema/sweep-view.ts';
import { TASKS } from '../../shared/schema/task.ts';
import { outputTask } from '../../shared/tasks/list.ts';
import { suggestSpace } from '../../shared/tune/suggest-space.ts';
import { contextOf } from '../context.ts';
import { badUsage } from '../failure.ts';
import { followSweep, formatLeaderboard, requireFound } from '../follow-sweep.ts';
import { formatTable } from '../format.ts';
import { uploadWeights } from '../model-source.ts';
import { answering, followable, parseName, wholeNumber } from '../options.ts';
import { prepareTraining } from '../prepare-training.ts';
import type { SpecOptions } from '../train-spec.ts';

interface StartOptions extends SpecOptions {
  space?: string;
  metric?: MetricName;
  sampler: 'tpe' | 'random' | 'grid';
  scheduler: 'none' | 'asha' | 'hyperband' | 'median' | 'successive-halving';
  trials: number;
  parallel: number;
  model?: string;
}

/** These train to fixed numbers of epochs. */
const HAS_RUNGS = ['asha', 'hyperband', 'successive-halving'];

export function addSweep(program: Command): void {
  const sweep = program.command('sweep').description('searches for better parameters, each trial a run');

  answering(sweep.command('start <data>'))
    .description(
      'search around a definition on a file, or on a dataset that is there, and follow it to its end',
    )
    .option('--target <column>', 'column to predict (pictures, sounds: label)')
    .addOption(new Option('--task <task>', 'what to learn (default: from the target)').choices(TASKS))
    .option('--template <template>', 'a template by its name, or a definition (JSON file), to search around')
    .option(
      '--space <file>',
      'where the parameters may lie (JSON: path to dimension); default: around the definition',
    )
    .addOption(
      new Option('--metric <metric>', 'what is to be best (default: from the task)').choices(METRIC_NAMES),
    )
    .addOption(
      new Option('--sampler <how>', 'how parameters are chosen')
        .choices(['tpe', 'random', 'grid'])
        .default('tpe'),
    )
    .addOption(
      new Option('--scheduler <how>', 'which trials are ended early')
        .choices(['none', 'asha', 'hyperband', 'median', 'successive-halving'])
        .default('none'),
    )
    .option('--trials <n>', 'sets of parameters to try', wholeNumber(1, 100_000), 20)
    .option('--parallel <n>', 'trials at the same time', wholeNumber(1, 1000), 2)
    .option('--epochs <n>', 'most passes over the data of a trial', wholeNumber(1, 10_000))
    .option('--seed <n>', 'seeds the search, and each training', wholeNumber(0, 2 ** 31 - 1))
    .option(
      '--model <name>',
      'name to register the models under (default: the name of the dataset)',
      parseName,
    )
    .action(async (data: string, _: unknown, command: Command) => {
      const { options, output, connect } = contextOf<StartOptions>(command);
      const given = options.space === undefined ? undefined : await readSpace(options.space);
      const { context, dataset, spec, weights } = await prepareTraining(data, options, connect);
      const { client, project } = context;
      if (weights) await uploadWeights(client, weights);
      const metric = options.metric ?? outputTask(spec.task).curve;
      const { trials, parallel, seed = 0, sampler, scheduler } = options;
      const { id } = await client.call(createSweep, {
        params: { project },
        body: {
          name: `${spec.target} of ${dataset.name}`,
          ...{ datasetVersion: dataset.id, model: options.model ?? dataset.name },
          search: {
            kind: 'definition',
            pipeline: spec,
            // what is wrong with it, the server says by its name
            sweep: {
              parameters: (given ?? suggestSpace(spec)) as never,
              objective: [{ metric, goal: METRICS[metric].better === 'less' ? 'minimize' : 'maximize' }],
              sampler: sampler === 'grid' ? { type: sampler } : { type: sampler, seed },
              scheduler: {
                type: scheduler,
                ...(HAS_RUNGS.includes(scheduler) && isNetwork(spec) && { maxEpochs: spec.training.epochs }),
              } as never,
              budget: { trials },
              parallel,
            },
          },
        },
      });
      output.note(`${id}: ${trials} trials by ${sampler}, ${metric} of "${spec.target}"`);
      const detail = await followSweep(context, id, ({ tried }) => ended(tried) / trials);
      requireFound(detail);
      output.result(detail, () => describe(detail));
    });

  answering(sweep.command('list'))
    .description('searches of the project, newest first')
    .action(async (_: unknown, command: Command) => {
      const { output, connect } = contextOf(command);
      const { client, project } = await connect();
      const all = await client.call(listSweeps, { params: { project } });
      output.result(all, () =>
        formatTable(
          ['sweep', 'state', 'trials', 'name', 'created'],
          all.map((one) => [one.id, one.state, String(one.trials), one.name, one.createdAt]),
        ),
      );
    });

  followable(answering(sweep.command('show <sweep>')))
    .description('a search and what it has found')
    .action(async (id: string, _: unknown, command: Command) => {
      const { options, output, connect } = contextOf<{ follow?: boolean }>(command);
      const context = await connect();
      const detail = options.follow
        ? await followSweep(context, id, () => null)
        : await context.client.call(getSweep, { params: { sweep: id } });
      output.result(detail, () => describe(detail));
    });

  for (const [verb, route, text] of [
    ['stop', stopSweep, 'try nothing more, and stop the trials that run'],
    ['resume', resumeSweep, 'go on with a stopped search'],
  ] as const)
    answering(sweep.command(`${verb} <sweep>`))
      .description(text)
      .action(async (id: string, _: unknown, command: Command) => {
        const { output, connect } = contextOf(command);
        const { client } = await connect();
        const changed = await client.call(route, { params: { sweep: id } });
        output.result(changed, () => `${id} is ${changed.state}`);
      });
}

const ended = (tried: SweepDetail['tried']): number =>
  tried.filter(({ state }) => state !== 'waiting' && state !== 'running').length;

async function readSpace(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw badUsage(
      `--space ${file}: ${cause instanceof Error ? cause.message : cause}; expected a JSON file of dimensions`,
    );
  }
}

function describe(detail: SweepDetail): string {
  const { id, name, state, message, importance } = detail;
  const shares = Object.entries(importance?.parameters ?? {}).sort(([, a], [, b]) => b - a);
  return [
    `${id}  ${name}: ${state}${message ? `, ${message}` : ''}`,
    '',
    formatLeaderboard(detail),
    ...(shares.length > 0
      ? ['', 'what mattered', ...shares.map(([path, share]) => `  ${Math.round(100 * share)} %  ${path}`)]
      : []),
  ].join('\n');
}
