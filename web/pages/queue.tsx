/** The queue of all projects: who is at work, who waits for what, and in which order; steered where nobody has begun. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ListOrdered, Pause, Play, RotateCcw, Square } from 'lucide-react';
import { changeJob } from '../../shared/api/routes/queue.ts';
import { resumeRun, stopRun } from '../../shared/api/routes/runs.ts';
import { JOB_STATES, type JobState, MOST_PRIORITY, type QueuedJob } from '../../shared/schema/job.ts';
import { queries } from '../queries.ts';
import { api } from '../session.ts';
import { ButtonLink, IconButton } from '../ui/button.tsx';
import { ago, count } from '../ui/format.ts';
import { NumberStepper } from '../ui/number-stepper.tsx';
import { Badge, Card, Empty, ErrorNote, Skeleton, Stats, type Tone } from '../ui/surface.tsx';
import { toast } from '../ui/toast.tsx';
import { useLive } from '../use-live.ts';
import styles from './page.module.css';

const STATES: Record<JobState, { name: string; tone: Tone }> = {
  leased: { name: 'at work', tone: 'live' },
  queued: { name: 'queued', tone: 'neutral' },
  waiting: { name: 'waiting', tone: 'neutral' },
  held: { name: 'held', tone: 'warn' },
  done: { name: 'done', tone: 'good' },
  dead: { name: 'given up', tone: 'bad' },
};
const isUntaken = (state: JobState): boolean => ['queued', 'waiting', 'held'].includes(state);

export function QueuePage() {
  const { data, error, refetch } = useQuery(queries.queue());
  useLive('jobs,runs', [queries.queue().queryKey], { onEvents: true });
  return (
    <div className={styles.stack}>
      <div className={styles.head}>
        <div>
          <h1>Queue</h1>
          <p>Trainings of all projects, in the order in which they are taken.</p>
        </div>
      </div>
      {error && <ErrorNote error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton height="8rem" />}
      {data && (
        <Stats
          items={JOB_STATES.map((state) => ({ name: STATES[state].name, value: count(data.counts[state]) }))}
        />
      )}
      {data?.jobs.length === 0 && (
        <Empty
          icon={<ListOrdered size={20} />}
          title="Nothing waits"
          action={
            <ButtonLink look="primary" to="/">
              Choose a project
            </ButtonLink>
          }
        >
          A run that is started on a runner stands here until it has ended.
        </Empty>
      )}
      {data && data.jobs.length > 0 && <Jobs jobs={data.jobs} />}
    </div>
  );
}

function Jobs({ jobs }: { jobs: readonly QueuedJob[] }) {
  return (
    <Card flush>
      <div className={styles.rows}>
        <table>
          <thead>
            <tr>
              <th>Run</th>
              <th>State</th>
              <th>Priority</th>
              <th>Waits for</th>
              <th data-right title="Workers that were lost of those it may lose">
                Lost
              </th>
              <th data-right>Since</th>
              <th data-right>
                <span className="hidden">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {jobs.map((job) => (
              <JobRow key={job.id} job={job} />
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

function JobRow({ job }: { job: QueuedJob }) {
  const { project, run, runName, state } = job;
  const name = runName || run;
  const change = useJobAction((priority: number) =>
    api().call(changeJob, { params: { job: job.id }, body: { priority } }),
  );
  return (
    <tr aria-label={name}>
      <td>
        <Link to="/projects/$project/runs/$run" params={{ project, run }} data-row>
          {name}
        </Link>{' '}
        <span className="muted">{project}</span>
      </td>
      <td>
        <Badge tone={STATES[state].tone} dot>
          {STATES[state].name}
        </Badge>
      </td>
      <td data-acts>
        {isUntaken(state) ? (
          <NumberStepper
            label={`Priority of ${name}`}
            value={job.priority}
            min={-MOST_PRIORITY}
            max={MOST_PRIORITY}
            onValueCommit={(priority) => change.mutate(priority)}
          />
        ) : (
          <span className="muted">{job.priority}</span>
        )}
      </td>
      <td className="muted">{waitsFor(job)}</td>
      <td data-right className="muted">
        {job.losses} of {job.maxAttempts}
      </td>
      <td data-right className="muted">
        {ago(job.queuedAt)}
      </td>
      <td data-right data-acts>
        <JobActions job={job} name={name} />
      </td>
    </tr>
  );
}

function waitsFor({ waitsFor, notBefore, state }: QueuedJob): string {
  if (state === 'waiting' && notBefore !== null && Date.parse(notBefore) > Date.now())
    return new Date(notBefore).toLocaleString('en', { dateStyle: 'medium', timeStyle: 'short' });
  return waitsFor ?? '–';
}

function JobActions({ job, name }: { job: QueuedJob; name: string }) {
  const params = { run: job.run };
  const hold = useJobAction((held: boolean) =>
    api().call(changeJob, { params: { job: job.id }, body: { held } }),
  );
  const stop = useJobAction(() => api().call(stopRun, { params }));
  const resume = useJobAction(() => api().call(resumeRun, { params, body: {} }));
  return (
    <>
      {(job.state === 'queued' || job.state === 'waiting') && (
        <IconButton label={`Hold ${name} back`} disabled={hold.isPending} onClick={() => hold.mutate(true)}>
          <Pause size={15} aria-hidden />
        </IconButton>
      )}
      {job.state === 'held' && (
        <IconButton label={`Let ${name} go`} disabled={hold.isPending} onClick={() => hold.mutate(false)}>
          <Play size={15} aria-hidden />
        </IconButton>
      )}
      {job.state === 'dead' && (
        <IconButton label={`Resume ${name}`} disabled={resume.isPending} onClick={() => resume.mutate()}>
          <RotateCcw size={15} aria-hidden />
        </IconButton>
      )}
      {(isUntaken(job.state) || job.state === 'leased') && (
        <IconButton label={`Stop ${name}`} disabled={stop.isPending} onClick={() => stop.mutate()}>
          <Square size={13} aria-hidden />
        </IconButton>
      )}
    </>
  );
}

/** A change to one job, after which the queue is read anew. */
function useJobAction<T = void>(act: (value: T) => Promise<unknown>) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSettled: () => cache.invalidateQueries({ queryKey: queries.queue().queryKey }),
    onError: (error) => toast.failed(error),
  });
}
