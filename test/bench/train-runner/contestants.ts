/** The runner's contestants, each a process of its own that trains when told. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { findPython } from '../../helpers/python.ts';

export interface RunnerContestant {
  /** Seconds that these epochs took. */
  train(epochs: number): Promise<number>;
  score(): Promise<{ accuracy: number; megabytes: number }>;
  close(): Promise<void>;
}

type Command = () => Promise<[program: string, ...args: string[]]>;

const script = (name: string) => join(import.meta.dirname, name);
const node =
  (name: string): Command =>
  async () => [process.execPath, '--disable-warning=ExperimentalWarning', script(name)];
const python =
  (name: string, packages: readonly string[], modules: readonly string[]): Command =>
  async () => [await findPython({ packages, modules }), script(name)];

export const COMMANDS: Readonly<Record<string, Command>> = {
  trainyard: node('own.ts'),
  keras: python('keras_fit.py', ['tensorflow-cpu'], ['tensorflow', 'keras']),
  pytorch: python('pytorch_loop.py', ['torch==2.13.0'], ['torch', 'numpy']),
  'tfjs-node': node('tfjs-node.ts'),
};

/** `folder`: of the task. */
export async function startContestant(command: Command, folder: string): Promise<RunnerContestant> {
  const [program, ...args] = await command();
  const child = spawn(program, [...args, folder], { stdio: ['pipe', 'pipe', 'pipe'] });
  const errors = text(child.stderr);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (line: string): Promise<Record<string, number>> => {
    child.stdin.write(`${line}\n`);
    for (;;) {
      const { value, done } = await lines.next();
      if (done) throw new Error(`it ended: ${(await errors).trim().split('\n').at(-1)}`);
      if (value.startsWith('{')) return JSON.parse(value); // libraries may talk, too
    }
  };
  child.stdin.on('error', () => {}); // `lines` end as well
  return {
    train: async (epochs) => (await ask(String(epochs))).seconds!,
    score: async () => (await ask('score')) as { accuracy: number; megabytes: number },
    async close() {
      child.stdin.end();
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}
