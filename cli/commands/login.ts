/** `trainyard login URL`: tries a token and keeps it. The URL that `npm start` prints carries its token along. */
import { createInterface } from 'node:readline/promises';
import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import { createClient } from '../../shared/api/client.ts';
import { getSession } from '../../shared/api/routes/projects.ts';
import { removeLogin, writeLogin } from '../config.ts';
import { contextOf } from '../context.ts';
import { badUsage } from '../failure.ts';
import { originOf } from '../find-server.ts';
import { answering } from '../options.ts';

export function addLogin(program: Command): void {
  answering(program.command('login [server]'))
    .description(
      'keep a server and its token for later commands; the sign-in URL with #token=… does for both',
    )
    .option('--forget', 'forget them again')
    .action(async (server: string | undefined, _: unknown, command: Command) => {
      const { options, output } = contextOf<{ forget?: boolean }>(command);
      if (options.forget) {
        await removeLogin(process.env);
        output.result({ url: null }, () => 'login forgotten');
        return;
      }
      const given = server ?? options.url;
      if (given === undefined) throw badUsage('which server? expected a URL such as http://127.0.0.1:8787');
      const url = originOf(given);
      const inUrl = new URLSearchParams(new URL(given).hash.slice(1)).get('token');
      const token = options.token ?? inUrl ?? (process.env.TRAINYARD_TOKEN || (await askToken()));
      const { workspace, scope } = await createClient({ baseUrl: url, token }).call(getSession, {});
      const path = await writeLogin(process.env, { url, token });
      output.result(
        { url, workspace, scope },
        () => `signed in to ${url} as ${scope} of ${workspace.name}; kept in ${path}`,
      );
    });
}

async function askToken(): Promise<string> {
  const token = (process.stdin.isTTY ? await ask() : await text(process.stdin)).trim();
  if (!token) throw badUsage('no token given: expected --token, TRAINYARD_TOKEN, or a token on stdin');
  return token;
}

/** Without an output of its own the terminal shows nothing of what is typed. */
async function ask(): Promise<string> {
  process.stderr.write('token: ');
  const prompt = createInterface({ input: process.stdin, terminal: true });
  try {
    return await prompt.question('');
  } finally {
    prompt.close();
    process.stderr.write('\n');
  }
}
