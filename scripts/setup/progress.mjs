// What a person sees while something slow goes on: one spinning line on a terminal, plain lines elsewhere,
// always with the seconds gone by. Also runs other programs, keeping their output for the day they fail.
import { spawn } from 'node:child_process';
import { basename } from 'node:path';

/** A failure a person can act on: its message is printed as it stands, without a stack. */
export class SetupError extends Error {}

const tty = process.stderr.isTTY;
const seconds = (since) => `${Math.round((Date.now() - since) / 1000)} s`;

export function say(line) {
  process.stderr.write(`${line}\n`);
}

/** Shows `title` while `work` runs, and how long it took. */
export async function step(title, work) {
  const since = Date.now();
  const frames = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';
  let tick = 0;
  const draw = () => {
    if (tty) process.stderr.write(`\r\x1b[2K${frames[tick++ % frames.length]} ${title} (${seconds(since)})`);
    else say(`${title} … ${seconds(since)}`);
  };
  if (!tty) say(`${title} …`);
  const timer = setInterval(draw, tty ? 100 : 15_000);
  try {
    const result = await work();
    if (tty) process.stderr.write('\r\x1b[2K');
    say(`${title}: done in ${seconds(since)}`);
    return result;
  } catch (error) {
    if (tty) process.stderr.write('\r\x1b[2K');
    say(`${title}: failed after ${seconds(since)}`);
    throw error;
  } finally {
    clearInterval(timer);
  }
}

/** Runs a program to its end and returns what it printed; when it fails, its last telling line is the error. */
export function run(command, args, { cwd, env } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let output = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
      output += chunk;
    });
    child.stderr.on('data', (chunk) => {
      output += chunk;
    });
    child.on('error', () => reject(new SetupError(`${command} is not installed`)));
    child.on('close', (code, signal) => {
      if (code === 0) resolve(stdout);
      else
        reject(
          new SetupError(
            `${[basename(command), basename(args[0] ?? '')].join(' ').trim()} ended with ${signal ?? code}: ${tellingLine(output)}`,
          ),
        );
    });
  });
}

/** The line that names the cause: the first that speaks of an error, else the last of all. */
function tellingLine(output) {
  const lines = output.split('\n').map((line) => line.trim());
  const told = lines.filter((line) => line && !/^npm error( code| errno| A complete log|$)/.test(line));
  return (
    told.find((line) => /error|fatal|cannot|unable|no space|^E:/i.test(line)) ?? told.at(-1) ?? 'no output'
  );
}

/** Runs a script's main function; a SetupError becomes one line and exit status 1. */
export async function main(work) {
  try {
    process.exitCode = (await work()) ?? 0;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(error.message);
    process.exitCode = 1;
  }
}
