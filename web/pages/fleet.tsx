/** The runners: what each has, what it works on, how busy its machine is; and what they did, and how that ended. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Server } from 'lucide-react';
import type { JobAttempt } from '../../shared/schema/job.ts';
import type { Runner, RunnerUsage } from '../../shared/schema/run.ts';
import { queries } from '../queries.ts';
import { Code } from '../ui/code.tsx';
import { ProgressBar } from '../ui/control.tsx';
import { ago, bytes, duration, plural } from '../ui/format.ts';
import { Sparkline } from '../ui/sparkline.tsx';
import { Badge, Card, Empty, ErrorNote, Skeleton, type Tone } from '../ui/surface.tsx';
import { useLive } from '../use-live.ts';
import { LendTabCard } from './lend-tab.tsx';
import styles from './page.module.css';
import { type Column, Table } from './table.tsx';
import { WorkedRun } from './worked-run.tsx';

/** One that has been silent for longer is taken for gone, milliseconds. */
const SILENT_MS = 60_000;

export function FleetPage() {
  const { data, error, refetch } = useQuery(queries.runners());
  const { data: attempts } = useQuery(queries.attempts());
  useLive('runs', [queries.runners().queryKey, queries.attempts().queryKey], { onEvents: true });
  return (
    <div className={styles.stack}>
      <div className={styles.head}>
        <div>
          <h1>Fleet</h1>
          <p>Runners that were there within the last day.</p>
        </div>
      </div>
      <LendTabCard />
      {error && <ErrorNote error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton height="8rem" />}
      {data?.length === 0 && (
        <Empty icon={<Server size={20} />} title="No runner has been here yet" action={<HowToJoin />}>
          A runner trains what stands in the queue. The first command starts one on the machine of the server;
          the second prints what another machine, such as a rented GPU, has to run to join.
        </Empty>
      )}
      {data && data.length > 0 && (
        <div className={styles.cards}>
          {data.map((runner) => (
            <RunnerCard key={runner.id} runner={runner} />
          ))}
        </div>
      )}
      {attempts && attempts.length > 0 && <History attempts={attempts} runners={data ?? []} />}
    </div>
  );
}

function HowToJoin() {
  return (
    <div className={styles.commands}>
      <Code text="npx trainyard runner start" />
      <Code text={`npx trainyard runner join-token --at ${window.location.origin}`} />
    </div>
  );
}

function RunnerCard({ runner }: { runner: Runner }) {
  const { name, device, capabilities, runs, batches, usage, lastSeenAt } = runner;
  const presence = presenceOf(runner);
  return (
    <Card
      title={name}
      hint={device}
      actions={
        <Badge tone={presence.tone} dot>
          {presence.word}
        </Badge>
      }
    >
      <div className={styles.form}>
        <p className="muted">{[offerOf(capabilities), `seen ${ago(lastSeenAt)}`].join(' · ')}</p>
        {capabilities && capabilities.labels.length > 0 && (
          <div className={styles.actions}>
            {capabilities.labels.map((label) => (
              <Badge key={label}>{label}</Badge>
            ))}
          </div>
        )}
        {runs.map((run) => (
          <WorkedRun key={run.id} {...run} />
        ))}
        {batches.map((batch) => (
          <WorkedBatch key={batch.id} {...batch} />
        ))}
        {usage.length > 0 && <Usage usage={usage} />}
      </div>
    </Card>
  );
}

function WorkedBatch({ dataset, endpoint, project, share }: Runner['batches'][number]) {
  return (
    <div>
      <Link to="/projects/$project/endpoints/$endpoint" params={{ project, endpoint }}>
        <strong>{dataset}</strong> <span className="muted">predicted by {endpoint}</span>
      </Link>
      <ProgressBar label="predicting" share={share} />
    </div>
  );
}

function presenceOf({ lastSeenAt, runs, batches }: Runner): { word: string; tone: Tone } {
  if (Date.now() - Date.parse(lastSeenAt) > SILENT_MS) return { word: 'silent', tone: 'bad' };
  return runs.length + batches.length > 0
    ? { word: 'at work', tone: 'live' }
    : { word: 'free', tone: 'good' };
}

function offerOf(capabilities: Runner['capabilities']): string {
  if (!capabilities) return 'an older runner, which takes jobs without requirements';
  const { gpu, gpuMemoryBytes, memoryBytes, slots } = capabilities;
  return [
    plural(slots, 'slot'),
    `${bytes(memoryBytes)} of memory`,
    ...(gpu ? [`${gpu}${gpuMemoryBytes ? `, ${bytes(gpuMemoryBytes)}` : ''}`] : []),
  ].join(' · ');
}

const MEASURES: { key: keyof Omit<RunnerUsage, 'at'>; label: string }[] = [
  { key: 'cpu', label: 'CPU' },
  { key: 'memory', label: 'Memory' },
  { key: 'gpu', label: 'GPU' },
  { key: 'gpuMemory', label: 'GPU memory' },
];

function Usage({ usage }: { usage: readonly RunnerUsage[] }) {
  return MEASURES.map(({ key, label }) => {
    const shares = usage.map((one) => one[key]).filter((share) => share !== null);
    return shares.length > 0 && <Sparkline key={key} label={label} shares={shares} />;
  });
}

const ENDINGS: Record<NonNullable<JobAttempt['ending']>, Tone> = {
  succeeded: 'good',
  failed: 'bad',
  stopped: 'warn',
  'handed back': 'neutral',
  lost: 'bad',
};

function History({ attempts, runners }: { attempts: readonly JobAttempt[]; runners: readonly Runner[] }) {
  const names = new Map(runners.map(({ id, name }) => [id, name]));
  return (
    <Card title="Attempts" hint="Who worked on what, newest first" flush>
      <Table
        columns={attemptColumns(names)}
        rows={attempts}
        keyOf={({ job, fence }: JobAttempt) => `${job} ${fence}`}
      />
    </Card>
  );
}

/** `names`: of runners, by their ids. */
const attemptColumns = (names: ReadonlyMap<string, string>): Column<JobAttempt>[] => [
  {
    head: 'Run',
    cell: ({ run, runName, project }) => (
      <Link to="/projects/$project/runs/$run" params={{ project, run }} data-row>
        {runName || run}
      </Link>
    ),
  },
  {
    head: 'Worker',
    isMuted: true,
    cell: ({ runner, device }) => (runner === null ? 'a tab' : (names.get(runner) ?? device)),
  },
  {
    head: 'Ended',
    cell: ({ ending, reason }) => (
      <>
        <Badge tone={ending ? ENDINGS[ending] : 'live'} dot>
          {ending ?? 'at work'}
        </Badge>{' '}
        <span className="muted">{reason?.replaceAll('_', ' ')}</span>
      </>
    ),
  },
  {
    head: 'Took',
    isRight: true,
    isMuted: true,
    cell: ({ startedAt, endedAt }) => (endedAt ? duration(Date.parse(endedAt) - Date.parse(startedAt)) : '–'),
  },
  { head: 'Began', isRight: true, isMuted: true, cell: ({ startedAt }) => ago(startedAt) },
];
