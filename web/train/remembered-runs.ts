/** The runs that this browser has begun to train or means to, in order, so that a page that is opened again goes on with them. */
import * as z from 'zod';
import { BACKENDS } from './backends.ts';

const RememberedRun = z.object({
  project: z.string(),
  run: z.string(),
  attempts: z.array(z.array(z.enum(BACKENDS))),
});
export type RememberedRun = z.infer<typeof RememberedRun>;

const KEY = 'trainyard-tab-runs';

export function rememberedRuns(): RememberedRun[] {
  try {
    return z.array(RememberedRun).parse(JSON.parse(localStorage.getItem(KEY) ?? '[]'));
  } catch {
    return [];
  }
}

/** At the end, once. */
export function rememberRun(one: RememberedRun): void {
  keep([...rememberedRuns().filter(({ run }) => run !== one.run), one]);
}

export function forgetRun(id: string): void {
  keep(rememberedRuns().filter(({ run }) => run !== id));
}

function keep(runs: readonly RememberedRun[]): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(runs));
  } catch {
    // without storage the run is taken up by hand
  }
}
