/** `trainyard queue list|hold|release|priority`: the queue of all projects. Runs name their jobs. */
import type { Command } from 'commander';
import { changeJob, getQueue } from '../../shared/api/routes/queue.ts';
import { getRun } from '../../shared/api/routes/runs.ts';
import { MOST_PRIORITY, type QueuedJob } from '../../shared/schema/job.ts';
import { contextOf } from '../context.ts';
import { formatTable } from '../format.ts';
import { answering, wholeNumber } from '../options.ts';

export function addQueue(program: Command): void {
  const queue = program.command('queue').description('trainings that wait for runners, and those at work');

  answering(queue.command('list'))
    .description('jobs of all projects, in the order in which they are taken, and what each waits for')
    .option('--limit <n>', 'how many', wholeNumber(1, 1000), 200)
    .action(async (_: unknown, command: Command) => {
      const { options, output, connect } = contextOf<{ limit: number }>(command);
      const found = await (await connect()).client.call(getQueue, { query: { limit: options.limit } });
      output.result(found, () =>
        formatTable(
          ['run', 'project', 'state', 'priority', 'lost', 'queued', 'waits for'],
          found.jobs.map((job) => [
            ...[job.run, job.project, job.state, String(job.priority)],
            ...[`${job.losses} of ${job.maxAttempts}`, job.queuedAt, job.waitsFor ?? ''],
          ]),
        ),
      );
    });

  answering(queue.command('hold <run>'))
    .description('hold a run back that nobody has begun')
    .action((run: string, _: unknown, command: Command) => change(command, run, { held: true }));

  answering(queue.command('release <run>'))
    .description('let a run go that was held back')
    .action((run: string, _: unknown, command: Command) => change(command, run, { held: false }));

  answering(queue.command('priority <run>'))
    .description('say whose turn comes sooner')
    .argument(
      '<priority>',
      `higher first, from ${-MOST_PRIORITY} to ${MOST_PRIORITY}`,
      wholeNumber(-MOST_PRIORITY, MOST_PRIORITY),
    )
    .action((run: string, priority: number, _: unknown, command: Command) =>
      change(command, run, { priority }),
    );
}

async function change(
  command: Command,
  run: string,
  body: { held?: boolean; priority?: number },
): Promise<void> {
  const { output, connect } = contextOf(command);
  const { client } = await connect();
  const { job } = await client.call(getRun, { params: { run } });
  const changed = await client.call(changeJob, { params: { job }, body });
  output.result(changed, () => describe(changed));
}

const describe = ({ run, state, priority, waitsFor }: QueuedJob): string =>
  `${run} ${state}, priority ${priority}${waitsFor ? `, waits for ${waitsFor}` : ''}`;
