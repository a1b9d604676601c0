/** `trainyard run clone`: the same training once more, from its beginning. */
import { type Command, Option } from 'commander';
import { cloneRun } from '../../shared/api/routes/runs.ts';
import { MOST_PRIORITY } from '../../shared/schema/job.ts';
import { PLACES, type Place, type Run } from '../../shared/schema/run.ts';
import { contextOf } from '../context.ts';
import { followRun } from '../follow-run.ts';
import { answering, followable, parseName, wholeNumber } from '../options.ts';
import { failureOfRun } from '../run-failure.ts';

interface Options {
  on?: Place;
  model?: string;
  name?: string;
  priority?: number;
  follow?: boolean;
}

export function addClone(run: Command, describe: (run: Run) => string): void {
  followable(answering(run.command('clone <run>')))
    .description('queue the same training once more, from its beginning, as a new run')
    .addOption(new Option('--on <place>', 'where it trains (default: as the first)').choices(PLACES))
    .option('--model <name>', 'name its model is registered under (default: as the first)', parseName)
    .option('--name <name>', 'what the run is called (default: as the first)')
    .option('--priority <n>', 'higher is sooner', wholeNumber(-MOST_PRIORITY, MOST_PRIORITY))
    .action(async (id: string, _: unknown, command: Command) => {
      const { options, output, connect } = contextOf<Options>(command);
      const { on, model, name, priority, follow } = options;
      const context = await connect();
      const body = { on, model, name, ...(priority !== undefined && { queue: { priority } }) };
      const queued = await context.client.call(cloneRun, { params: { run: id }, body });
      output.note(`${queued.id} trains what ${id} did`);
      const ended = follow ? await followRun(context, queued) : queued;
      if (follow && ended.state !== 'succeeded') throw failureOfRun(ended);
      output.result(ended, () => describe(ended));
    });
}
