/**
 * Trains one run in this tab: takes its job as a runner does, keeps the lease, and sends curves, checkpoints and the artifact. When its
 * engine fails, or the lease ran out while the machine slept, the job is taken again and goes on from the last checkpoint.
 */
import { createClient } from '../../shared/api/client.ts';
import { finishJob, type JobAssignment } from '../../shared/api/routes/jobs.ts';
import { AppError, messageOf } from '../../shared/errors.ts';
import type { FailureReason } from '../../shared/schema/run.ts';
import { hasOwnRows } from '../../shared/train/part-in.ts';
import { TrainingDiverged } from '../../shared/train/training-diverged.ts';
import { type Backend, detectBackends } from './backends.ts';
import { clearKept, lockOf } from './clear-kept.ts';
import { EngineFault } from './engine-fault.ts';
import { openKeep } from './keep.ts';
import { holdLease } from './lease.ts';
import type { TabWishes, ToWorker, TrainingOrder } from './messages.ts';
import { followReach, type Reach } from './reach.ts';
import { candidateOf, type TabCandidate } from './start-backend.ts';
import { takeJob } from './take-job.ts';
import { createTelling } from './tell-page.ts';
import { type TabJob, trainJob } from './train-job.ts';

/** What the server is told where the reason itself may quote rows that it must not see. */
const SAID_ONLY_HERE =
  'the tab that has the rows could not train on them; why is said there, and nowhere else';

const wishes: TabWishes = {};
const tell = createTelling((message) => self.postMessage(message));

self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  if (data.type !== 'start') wishes[data.type] = true;
  else void trainAlone(data).catch((error) => tell({ type: 'lost', message: messageOf(error) }));
};

/** A run trains in one tab of a browser at a time, since two would hold the same lease. */
async function trainAlone(order: TrainingOrder): Promise<void> {
  await navigator.locks.request(lockOf(order.run), { ifAvailable: true }, async (lock) => {
    if (!lock) throw new AppError('conflict', 'this run trains in another tab of this browser');
    await train(order);
  });
}

async function train({ baseUrl, token, run, attempts, lent, own }: TrainingOrder): Promise<void> {
  const reach = followReach(
    createClient({ baseUrl, token }),
    (isAway) => tell({ type: 'server', isAway }),
    () => !wishes.stop && !wishes.handBack,
  );
  void clearKept(reach.api);
  // of a lent job the server gets each checkpoint, since another may go on with it
  const keep = lent ? null : await openKeep(run);
  const take = () => lent ?? takeJob(reach.api, run, keep, () => tell({ type: 'waiting' }));
  const reports = await detectBackends();
  const groups = attempts.map((group) => reports.filter(({ backend }) => group.includes(backend)));
  for (const [place, group] of groups.entries()) {
    const left = group.map(candidateOf);
    while (left.length > 0) {
      const isLast = place === groups.length - 1 && left.length === 1;
      const outcome = await tryCandidates(reach, take, { keep, own }, left, isLast);
      if (outcome === 'ended') return;
      if (outcome !== 'lease lost') tell({ type: 'fallback', ...outcome });
      if (lent) throw new AppError('conflict', 'the job went back to the queue');
      if (outcome === 'lease lost') continue;
      left.splice(
        left.findIndex(({ backend }) => backend === outcome.backend),
        1,
      );
    }
  }
  throw new AppError(
    'unavailable',
    'nothing that this browser offers could train the run; try a runner, or another browser',
  );
}

type Outcome = 'ended' | 'lease lost' | { backend: Backend; reason: string };

/** Until the run has ended, its lease is lost, or a backend failed. */
async function tryCandidates(
  reach: Reach,
  take: () => JobAssignment | Promise<JobAssignment>,
  { keep, own }: Pick<TabJob, 'keep' | 'own'>,
  candidates: readonly TabCandidate[],
  isLast: boolean,
): Promise<Outcome> {
  const { api } = reach;
  const job = await reach.until(async () => take());
  const lease = holdLease(api, job.lease);
  let chosen = candidates[0]!;
  const onChosen: TabJob['onChosen'] = ({ name, device, reason, bytes }) => {
    // what needs no engine names none of them
    chosen = candidates.find((one) => one.name === name) ?? candidates[0]!;
    lease.device = device.slice(0, 200);
    lease.memoryBytes = bytes;
    lease.beat();
    tell({ type: 'backend', backend: name === 'plain' ? 'cpu' : chosen.backend, device, reason });
    return chosen;
  };
  try {
    const ended = await trainJob({ reach, job, lease, keep, candidates, own, wishes, tell, onChosen });
    await keep?.remove();
    tell({ type: 'ended', run: ended, problem: null });
    return 'ended';
  } catch (thrown) {
    const error = thrown instanceof EngineFault ? await causeOf(thrown, chosen) : thrown;
    if (error instanceof AppError && error.code === 'stale_fence') return 'lease lost';
    if (isLost(error)) throw error;
    if (error instanceof EngineFault && !isLast) {
      const reason = job.run.on === 'runner' ? 'crashed' : 'shutdown';
      await reach.until(() => lease.release(reason));
      return { backend: chosen.backend, reason: error.message };
    }
    const problem = messageOf(error);
    const message = hasOwnRows(job.run.team) ? SAID_ONLY_HERE : problem.slice(0, 2000);
    const ended = await reach.until(() =>
      api.call(finishJob, {
        params: { job: job.lease.job },
        body: { fence: job.lease.fence, state: 'failed', reason: failureOf(error), message },
      }),
    );
    // else it is needed to resume
    if (lease.isCheckpointSent) await keep?.remove();
    tell({ type: 'ended', run: ended, problem: message === SAID_ONLY_HERE ? problem : null });
    return 'ended';
  } finally {
    lease.end();
  }
}

/** The server cannot be reached, or the run is not this tab's any more: it can be taken up again, from the last checkpoint. */
const isLost = (error: unknown): boolean =>
  error instanceof AppError && ['unavailable', 'unauthorized', 'not_found', 'conflict'].includes(error.code);

/** The loss of a device shows first as an error of whatever was being done on it. */
function causeOf(fault: EngineFault, { lost }: TabCandidate): Promise<EngineFault> {
  const none = new Promise<EngineFault>((done) => setTimeout(done, 100, fault));
  return Promise.race([lost.catch((loss) => new EngineFault(messageOf(loss))), none]);
}

function failureOf(error: unknown): FailureReason {
  if (error instanceof TrainingDiverged) return 'diverged';
  if (error instanceof AppError && error.code === 'invalid_data') return 'bad_data';
  if (
    error instanceof RangeError ||
    (error instanceof AppError && error.code === 'too_large') ||
    /out of memory|allocation failed|buffer allocation/i.test(messageOf(error))
  )
    return 'out_of_memory';
  return 'code_failed';
}
