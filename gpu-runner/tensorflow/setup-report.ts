/** What set-up (scripts/setup) noted of the libtensorflow it found, and the environment that a process needs to load it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

const cache = process.env.TRAINYARD_CACHE ?? join(import.meta.dirname, '..', '..', '.cache');
const path = join(cache, 'tensorflow.json');

const SetupReport = z.object({
  /** `none`: no libtensorflow could be had. */
  source: z.string(),
  version: z.string().nullable(),
  /** Folders with CUDA's libraries. */
  libraryPath: z.array(z.string()),
  /** In words, also what failed on the way. */
  why: z.string(),
});
export type SetupReport = z.infer<typeof SetupReport>;

/** Null before set-up has run, or where its report is damaged. */
export function readSetupReport(): SetupReport | null {
  if (!existsSync(path)) return null;
  try {
    return SetupReport.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null;
  }
}

/**
 * For a child that loads TensorFlow: libraries found, native chatter and Node's deprecation warnings off. GPU memory grows with the
 * need, so that several processes can share a GPU; TensorFlow would take nearly all of it at once, and its binding passes no options.
 */
export function tensorflowEnvironment(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const folders = [...(readSetupReport()?.libraryPath ?? []), env.LD_LIBRARY_PATH].filter(Boolean);
  return {
    TF_CPP_MIN_LOG_LEVEL: '2',
    TF_FORCE_GPU_ALLOW_GROWTH: 'true',
    NODE_NO_WARNINGS: '1',
    ...env,
    ...(folders.length > 0 ? { LD_LIBRARY_PATH: folders.join(':') } : {}),
  };
}
