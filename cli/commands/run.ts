/** `trainyard run list|show|logs|log|stop|finish|resume|extend|clone` */
import { type Command, Option } from 'commander';
import {
  finishRun,
  getRun,
  getRunMetrics,
  listRuns,
  RunSort,
  resumeRun,
  stopRun,
} from '../../shared/api/routes/runs.ts';
import { createEpochRows } from '../../shared/evaluate/epoch-rows.ts';
import { isEnded, type Place, RUN_STATES, type Run, type RunState } from '../../shared/schema/run.ts';
import { contextOf } from '../context.ts';
import { followRun } from '../follow-run.ts';
import { formatMetrics, formatTable, headline } from '../format.ts';
import { formatEpoch } from '../format-epoch.ts';
import { answering, followable, placed, wholeNumber } from '../options.ts';
import { style } from '../output.ts';
import { failureOfRun } from '../run-failure.ts';
import { addClone } from './run-clone.ts';
import { addExtend } from './run-extend.ts';
import { addLog } from './run-log.ts';

const STATE_STYLE = {
  queued: 'dim',
  running: 'cyan',
  succeeded: 'green',
  failed: 'red',
  stopped: 'yellow',
} as const satisfies Record<RunState, string>;

interface ListOptions {
  limit: number;
  before?: string;
  search?: string;
  state?: RunState;
  sort: RunSort;
}

export function addRun(program: Command): void {
  const run = program.command('run').description('trainings, past and present');

  answering(run.command('list'))
    .description('runs of the project, newest first or best first')
    .option('--limit <n>', 'how many', wholeNumber(1, 500), 20)
    .option('--before <run>', 'those behind this one')
    .option('--search <words>', 'part of the name, the id or the model')
    .addOption(new Option('--state <state>', 'only those').choices(RUN_STATES))
    .addOption(
      new Option('--sort <order>', 'newest first, or best first by a test metric')
        .choices(RunSort.options)
        .default('created'),
    )
    .action(async (_: unknown, command: Command) => {
      const { options, output, connect } = contextOf<ListOptions>(command);
      const { limit, before, search, state, sort } = options;
      const { client, project } = await connect();
      const query = { limit, before, search, state, sort };
      const runs = await client.call(listRuns, { params: { project }, query });
      output.result(runs, () =>
        formatTable(
          ['run', 'state', 'model', 'on', 'created', 'test'],
          runs.map((one) => [one.id, stateOf(one), one.model, one.on, one.createdAt, headline(one.metrics)]),
        ),
      );
    });

  answering(run.command('show <run>'))
    .description('one run, with its metrics')
    .action(async (id: string, _: unknown, command: Command) => {
      const { output, connect } = contextOf(command);
      const { client } = await connect();
      const found = await client.call(getRun, { params: { run: id } });
      output.result(found, () => describeRun(found));
    });

  followable(answering(run.command('logs <run>')))
    .description(
      'how a run went, a line an epoch; with --json every point of its curves (what was said on the way: run log)',
    )
    .action(async (id: string, _: unknown, command: Command) => {
      const { options, output, connect } = contextOf<{ follow?: boolean }>(command);
      const context = await connect();
      const params = { run: id };
      const found = await context.client.call(getRun, { params });
      if (found.device) output.note(`${found.on}: ${found.device}`);
      let ended = found;
      if (options.follow && !isEnded(found.state)) {
        ended = await followRun(context, found, (row, progress) =>
          output.line(formatEpoch(row, { epochs: progress?.epochs, etaMs: progress?.etaMs })),
        );
      } else if (!output.json) {
        const points = await context.client.call(getRunMetrics, { params });
        const epochs = found.progress?.epochs;
        for (const row of createEpochRows().add(points)) output.line(formatEpoch(row, { epochs }));
      }
      if (output.json) output.result(await context.client.call(getRunMetrics, { params }), () => '');
      output.note(`${id} ${ended.state}${ended.message ? `: ${ended.message}` : ''}`);
      if (ended.metrics) output.note(formatMetrics(ended.metrics));
    });

  answering(run.command('stop <run>'))
    .description('ask a run to stop; it can be resumed')
    .action(async (id: string, _: unknown, command: Command) => {
      const { output, connect } = contextOf(command);
      const { client } = await connect();
      const stopped = await client.call(stopRun, { params: { run: id } });
      output.result(stopped, () =>
        isEnded(stopped.state) ? `${id} ${stopped.state}` : `${id} stops at its next step`,
      );
    });

  answering(run.command('finish <run>'))
    .description('ask a run to end its training early, and to keep what it has learnt as a model')
    .action(async (id: string, _: unknown, command: Command) => {
      const { output, connect } = contextOf(command);
      const { client } = await connect();
      const finishing = await client.call(finishRun, { params: { run: id } });
      output.result(finishing, () => `${id} ends its training at its next step, and is measured`);
    });

  followable(placed(answering(run.command('resume <run>'))))
    .description('queue a stopped or failed run again, from its last checkpoint')
    .action(async (id: string, _: unknown, command: Command) => {
      const { options, output, connect } = contextOf<{ on: Place; follow?: boolean }>(command);
      const context = await connect();
      const queued = await context.client.call(resumeRun, { params: { run: id }, body: { on: options.on } });
      const ended = options.follow ? await followRun(context, queued) : queued;
      if (options.follow && ended.state !== 'succeeded') throw failureOfRun(ended);
      output.result(ended, () => describeRun(ended));
    });

  addExtend(run, describeRun);
  addClone(run, describeRun);
  addLog(run);
}

function stateOf({ state }: Run): string {
  return style(STATE_STYLE[state], state);
}

function describeRun(run: Run): string {
  const rows: [string, string | null][] = [
    ['run', run.id],
    ['state', [stateOf(run), run.reason].filter(Boolean).join(', ')],
    ['message', run.message],
    ['model', run.model],
    ['on', [run.on, run.device].filter(Boolean).join(', ')],
    ['attempts', String(run.attempts)],
    ['created', run.createdAt],
    ['ended', run.endedAt],
  ];
  const facts = rows.filter((row): row is [string, string] => Boolean(row[1]));
  const [first, ...rest] = facts;
  const text = formatTable(first!, rest);
  return run.metrics ? `${text}\n\n${formatMetrics(run.metrics)}` : text;
}
