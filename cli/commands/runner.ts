/** `trainyard runner start|doctor`: becomes the runner's own program. */
import { join } from 'node:path';
import { execve } from 'node:process';
import type { Command } from 'commander';
import { contextOf, PROJECT_ROOT } from '../context.ts';
import { badUsage } from '../failure.ts';
import { answering } from '../options.ts';

export function addRunner(program: Command): void {
  const runner = program.command('runner').description('the worker that trains on this machine');

  runner
    .command('start')
    .description('take jobs from the queue until Ctrl-C')
    .action((_: unknown, command: Command) => become('start', command));

  answering(runner.command('doctor'))
    .description('what this machine can train with, and why')
    .action((_: unknown, command: Command) => become('doctor', command));
}

/** Replaces this process, so that signals, output and exit code are the runner's own. */
function become(verb: 'start' | 'doctor', command: Command): void {
  if (!execve) throw badUsage(`no runner on ${process.platform}: expected Linux or macOS`);
  const { url, token, json } = contextOf(command).options;
  const given = { TRAINYARD_URL: url, TRAINYARD_TOKEN: token };
  const env: NodeJS.ProcessEnv = { ...process.env };
  for (const [name, value] of Object.entries(given)) if (value !== undefined) env[name] = value;
  const words = [process.execPath, ...process.execArgv, join(PROJECT_ROOT, 'gpu-runner', 'main.ts'), verb];
  execve(process.execPath, json ? [...words, '--json'] : words, env);
}
