/** What a runner is told by its environment; the CLI's options of `runner start` become these variables. */
import * as z from 'zod';
import { AppError } from '../shared/errors.ts';
import { Name } from '../shared/schema/id.ts';
import { HUNG_AFTER_MS } from './training/watchdog.ts';

const Settings = z.object({
  /** Jobs side by side, at most; null: as many as the machine suggests. */
  TRAINYARD_RUNNER_SLOTS: z.coerce.number().int().min(1).max(64).nullable(),
  /** Names by which jobs can ask for this runner, separated by commas. */
  TRAINYARD_RUNNER_LABELS: z
    .string()
    .transform((text) => text.split(',').map((label) => label.trim()))
    .pipe(z.array(Name).max(16)),
  /** Seconds of silence before the first step; a fifth of it after that. */
  TRAINYARD_HUNG_AFTER: z.coerce.number().min(1).max(86_400),
});

export interface RunnerSettings {
  slots: number | null;
  labels: string[];
  hungAfterMs: number;
}

/** Throws AppError `invalid_request` that names the variable. */
export function readSettings(
  env: Readonly<Record<string, string | undefined>> = process.env,
): RunnerSettings {
  const read = Settings.partial().safeParse(
    Object.fromEntries(Object.keys(Settings.shape).flatMap((name) => (env[name] ? [[name, env[name]]] : []))),
  );
  if (!read.success) {
    const { path, message } = read.error.issues[0]!;
    const name = String(path[0]);
    throw new AppError('invalid_request', `${name} is "${env[name]}": ${message}`);
  }
  const { TRAINYARD_RUNNER_SLOTS, TRAINYARD_RUNNER_LABELS, TRAINYARD_HUNG_AFTER } = read.data;
  return {
    slots: TRAINYARD_RUNNER_SLOTS ?? null,
    labels: TRAINYARD_RUNNER_LABELS ?? [],
    hungAfterMs: TRAINYARD_HUNG_AFTER === undefined ? HUNG_AFTER_MS : TRAINYARD_HUNG_AFTER * 1000,
  };
}
