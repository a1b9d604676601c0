/**
 * The runner's main loop: announce itself, wait until a job is there (told by the live channel, and asking now and then
 * in case it was not), work it, begin anew. One job at a time.
 */
import { hostname } from 'node:os';
import { openLive } from '../shared/api/live.ts';
import { claimJob, type JobAssignment, registerRunner } from '../shared/api/routes/jobs.ts';
import { AppError } from '../shared/errors.ts';
import { retry } from './retry.ts';
import { type JobContext, workJob } from './work-job.ts';

/** A job whose lease ran out is announced by nobody if the server itself was away: so ask this often, milliseconds. */
const ASK_MS = 5000;

/** Aborting `shutdown` hands the job back and ends the loop. */
export interface SupervisorOptions extends Omit<JobContext, 'crashes'> {
  /** The runner's own id, the same after a restart. */
  runner: string;
  device: string;
}

export async function superviseJobs({ runner, device, ...context }: SupervisorOptions): Promise<void> {
  const { client, log, shutdown } = context;
  const crashes = new Map<string, number>();
  const bell = createBell();
  shutdown.addEventListener('abort', bell.ring);

  await persist(register);
  log('runner ready', { runner, device, server: client.baseUrl });
  const live = openLive(
    { baseUrl: client.baseUrl, token: client.token, topics: ['jobs'] },
    bell.ring, // every event of this topic is a waiting job
    bell.ring,
  );
  try {
    while (!shutdown.aborted) {
      const assignment = await persist(claim);
      if (!assignment) {
        await bell.wait(ASK_MS);
        continue;
      }
      const started = performance.now();
      const outcome = await workJob(assignment, { ...context, crashes });
      log('job ended', { run: assignment.run.id, outcome, ms: Math.round(performance.now() - started) });
    }
  } catch (error) {
    if (!shutdown.aborted) throw error;
  } finally {
    live.close();
  }

  function persist<T>(operation: () => Promise<T>): Promise<T> {
    return retry(operation, { signal: shutdown });
  }

  function register() {
    const body = { name: hostname().slice(0, 100), device };
    return client.call(registerRunner, { params: { runner }, body }, { signal: shutdown });
  }

  /** Not aborted by a shutdown: a claim that the server has granted must be heard, to be handed back. */
  async function claim(): Promise<JobAssignment | null> {
    const ask = () => client.call(claimJob, { body: { runner, run: null, device } });
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'not_found')) throw error;
      await register(); // the server has begun afresh and does not know this runner
      return ask();
    }
  }
}

/** A wait that ends at a ring, also at one that came before it. */
function createBell() {
  let rung = false;
  let wake: (() => void) | undefined;
  return {
    ring() {
      rung = true;
      wake?.();
    },
    async wait(ms: number) {
      if (!rung) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      rung = false;
      wake = undefined;
    },
  };
}
