/** `trainyard run log`: what a run's training process and its runner said. Its curves are `run logs`. */
import type { Command } from 'commander';
import type { RouteReply } from '../../shared/api/route.ts';
import { getRunLog } from '../../shared/api/routes/runs.ts';
import type { LogLevel } from '../../shared/schema/job.ts';
import { contextOf } from '../context.ts';
import { answering } from '../options.ts';
import { type Output, style } from '../output.ts';

const LEVEL_STYLE = { info: null, warning: 'yellow', error: 'red' } as const satisfies Record<
  LogLevel,
  unknown
>;
/** Lines that are asked for at once. */
const PAGE = 5000;

type Line = RouteReply<typeof getRunLog>[number];

export function addLog(run: Command): void {
  answering(run.command('log <run>'))
    .description('what its training process and its runner said, attempt by attempt')
    .option('--search <words>', 'only lines that hold them')
    .action(async (id: string, _: unknown, command: Command) => {
      const { options, output, connect } = contextOf<{ search?: string }>(command);
      const { client } = await connect();
      const all: Line[] = [];
      for (let after: string | undefined; ; ) {
        const query = { limit: PAGE, search: options.search, after };
        const lines = await client.call(getRunLog, { params: { run: id }, query });
        if (output.json) all.push(...lines);
        else tell(output, lines);
        const last = lines.at(-1);
        if (!last || lines.length < PAGE) break;
        after = `${last.fence}.${last.line}`;
      }
      if (output.json) output.result(all, () => '');
    });
}

function tell(output: Output, lines: readonly Line[]): void {
  for (const { at, level, text } of lines) {
    const as = LEVEL_STYLE[level];
    output.line(`${style('dim', at)}  ${as ? style(as, text) : text}`);
  }
}
