/** `trainyard runner …`: `start` and `doctor` become the runner's own program; the others are about who may join the fleet. */
import { join } from 'node:path';
import { execve } from 'node:process';
import type { Command } from 'commander';
import { encodeJoin } from '../../shared/api/join-token.ts';
import { createToken, listTokens, revokeToken } from '../../shared/api/routes/projects.ts';
import { contextOf, PROJECT_ROOT } from '../context.ts';
import { badUsage } from '../failure.ts';
import { originOf } from '../find-server.ts';
import { answering, wholeNumber } from '../options.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

interface StartOptions {
  join?: string;
  slots?: number;
  labels?: string;
  hungAfter?: number;
}

export function addRunner(program: Command): void {
  const runner = program.command('runner').description('the workers that train');

  runner
    .command('start')
    .description('take jobs from the queue until Ctrl-C')
    .option('--join <token>', 'work for the server that this join token is of (TRAINYARD_JOIN)')
    .option(
      '--slots <n>',
      'jobs side by side, at most (TRAINYARD_RUNNER_SLOTS; default: 1 with a GPU, else one to 2 cores and 4 GiB)',
      wholeNumber(1, 64),
    )
    .option(
      '--labels <names>',
      'names, by commas, by which jobs ask for this runner (TRAINYARD_RUNNER_LABELS)',
    )
    .option(
      '--hung-after <seconds>',
      'silence of a training before its first step that is a hang, and a fifth of it after that (TRAINYARD_HUNG_AFTER; default: 300)',
      wholeNumber(1, 86_400),
    )
    .action((_: unknown, command: Command) => become('start', command));

  answering(runner.command('doctor'))
    .description('what this machine can train with, and what to do about what is amiss')
    .option('--join <token>', 'look at the server that this join token is of')
    .action((_: unknown, command: Command) => become('doctor', command));

  answering(runner.command('join-token'))
    .description('make a token that lets another machine join, and print the one command it needs')
    .option('--name <name>', 'what the token is called', 'joined')
    .option('--days <n>', 'days until it expires', wholeNumber(1, 3650), 30)
    .option('--at <url>', 'address of the server as that machine reaches it (default: as this one does)')
    .action(async (_: unknown, command: Command) => {
      const { options, output, connect } = contextOf<{ name: string; days: number; at?: string }>(command);
      const { client, server } = await connect();
      const url = originOf(options.at ?? server.url);
      const { hostname, protocol } = new URL(url);
      if (LOOPBACK.includes(hostname))
        output.note(`${url} is an address of this machine alone: for another one, give --at`);
      else if (protocol === 'http:')
        output.note(`${url} is not encrypted: whoever is on the way can read the token and the data`);
      const expiresAt = new Date(Date.now() + options.days * DAY_MS).toISOString();
      const body = { name: options.name, scope: 'runner' as const, expiresAt };
      const { id, secret } = await client.call(createToken, { body });
      const word = encodeJoin({ url, token: secret });
      output.result(
        { id, join: word, expiresAt },
        () =>
          `npx trainyard runner start --join ${word}\n\nGood until ${expiresAt}, or: npx trainyard runner revoke ${id}`,
      );
    });

  answering(runner.command('tokens'))
    .description('tokens of runners, without their secrets')
    .action(async (_: unknown, command: Command) => {
      const { output, connect } = contextOf(command);
      const all = await (await connect()).client.call(listTokens, {});
      const tokens = all.filter(({ scope }) => scope === 'runner');
      output.result(tokens, () =>
        tokens.map(({ id, name, expiresAt }) => `${id}  ${name}  ${expiresAt ?? 'no expiry'}`).join('\n'),
      );
    });

  answering(runner.command('revoke <token>'))
    .description('revoke a token by its id; its runners lose their jobs to others within seconds')
    .action(async (token: string, _: unknown, command: Command) => {
      const { output, connect } = contextOf(command);
      await (await connect()).client.call(revokeToken, { params: { token } });
      output.result({ revoked: token }, () => `revoked ${token}`);
    });
}

/** Replaces this process, so that signals, output and exit code are the runner's own. */
function become(verb: 'start' | 'doctor', command: Command): void {
  if (!execve) throw badUsage(`no runner on ${process.platform}: expected Linux or macOS`);
  const { url, token, json, join: word, slots, labels, hungAfter } = contextOf<StartOptions>(command).options;
  const given = {
    TRAINYARD_URL: url,
    TRAINYARD_TOKEN: token,
    TRAINYARD_JOIN: word,
    TRAINYARD_RUNNER_SLOTS: slots?.toString(),
    TRAINYARD_RUNNER_LABELS: labels,
    TRAINYARD_HUNG_AFTER: hungAfter?.toString(),
  };
  const env: NodeJS.ProcessEnv = { ...process.env };
  for (const [name, value] of Object.entries(given)) if (value !== undefined) env[name] = value;
  const words = [process.execPath, ...process.execArgv, join(PROJECT_ROOT, 'gpu-runner', 'main.ts'), verb];
  execve(process.execPath, json ? [...words, '--json'] : words, env);
}
