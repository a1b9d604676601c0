/** `trainyard advise FILE --target COLUMN`: which templates fit a file, in which order, why, and what they cost. */
import { type Command, Option } from 'commander';
import { backbones } from '../../shared/model/backbones/list.ts';
import { TASKS, type Task } from '../../shared/schema/task.ts';
import { advise, WISHES, type Wish } from '../../shared/templates/advise.ts';
import { inWords } from '../../shared/templates/estimate.ts';
import { contextOf } from '../context.ts';
import { profileSource, readSource } from '../dataset-source.ts';
import { formatBytes } from '../format.ts';
import { answering } from '../options.ts';
import { style } from '../output.ts';
import { targetOf } from '../target.ts';

/** Which of them a server has is seen when one trains there. */
const ALL_WEIGHTS: ReadonlySet<string> = new Set(backbones.map(({ weights }) => weights.sha256));

interface AdviseOptions {
  target?: string;
  task?: Task;
  wish: Wish;
}

export function addAdvise(program: Command): void {
  answering(program.command('advise <file...>'))
    .description('which templates fit a file, best first, with reasons, size and time; needs no server')
    .option('--target <column>', 'column to predict (pictures, sounds: label)')
    .addOption(new Option('--task <task>', 'what to learn (default: from the target)').choices(TASKS))
    .addOption(new Option('--wish <wish>', 'what matters most').choices(WISHES).default('accuracy'))
    .action(async (files: string[], _: unknown, command: Command) => {
      const { options, output } = contextOf<AdviseOptions>(command);
      const profile = await profileSource(await readSource(files));
      const { task, wish } = options;
      const advice = advise(profile, {
        target: targetOf(profile, options.target, task),
        task,
        wish,
        weights: ALL_WEIGHTS,
      });
      const answer = advice.map(
        ({ template: { name, title, summary, needs, limits, insight }, ...rest }) => ({
          ...{ name, title, summary, needs, limits, insight },
          ...rest,
        }),
      );
      output.result(answer, () =>
        answer
          .map(({ name, title, estimate: { bytes, seconds }, place, reasons, needs, limits }) =>
            [
              `${style('bold', name)}  ${title}`,
              `  ${formatBytes(bytes)}; ${inWords(seconds.tab)} in a tab, ${inWords(seconds.runner)} on a runner; train it in ${place === 'tab' ? 'a tab' : 'a runner'}`,
              ...reasons.map((reason) => `  + ${reason}`),
              `  needs: ${needs}`,
              `  limits: ${limits}`,
            ].join('\n'),
          )
          .join('\n\n'),
      );
    });
}
