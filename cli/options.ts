/** Parsers of option values and a command's common options. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { Name } from '../shared/schema/id.ts';
import { PLACES } from '../shared/schema/run.ts';

/** A command that answers with one document: adds `--json`. */
export function answering(command: Command): Command {
  return command.option('--json', 'answer with one JSON document on stdout');
}

/** A command that queues a run: adds `--on`. */
export function placed(command: Command): Command {
  return command.addOption(
    new Option('--on <place>', 'where it goes on; for the browser, open its page there')
      .choices(PLACES)
      .default('runner'),
  );
}

export function followable(command: Command): Command {
  return command.option('-f, --follow', 'follow it to its end');
}

export function parseName(text: string): string {
  const { data, error } = Name.safeParse(text);
  if (data === undefined) throw new InvalidArgumentError(error!.issues[0]!.message);
  return data;
}

export function wholeNumber(least: number, most: number) {
  return (text: string): number => {
    const value = Number(text);
    if (!/^-?\d+$/.test(text) || value < least || value > most) {
      throw new InvalidArgumentError(`expected a whole number from ${least} to ${most}`);
    }
    return value;
  };
}

export function positiveNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0)
    throw new InvalidArgumentError('expected a number above 0');
  return value;
}

const SECONDS = { s: 1, m: 60, h: 3600 } as const;

/** A time with its unit, in seconds. */
export function duration(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)([smh])$/.exec(text) ?? [];
  const seconds = Number(number) * SECONDS[unit as keyof typeof SECONDS];
  if (!(seconds >= 1))
    throw new InvalidArgumentError('expected a time of at least 1s, such as 90s, 10m or 2h');
  return seconds;
}
