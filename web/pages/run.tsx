/** One run: its state, curves as they grow, time left, stop and resume; at the end its metrics and the way to publish. */
import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { ChevronLeft } from 'lucide-react';
import { useMemo } from 'react';
import type { FailureReason, Run } from '../../shared/schema/run.ts';
import { hasOwnRows } from '../../shared/train/part-in.ts';
import { RunInsights } from '../insights/run-insights.tsx';
import { queries } from '../queries.ts';
import { type TabTraining, useTabTraining } from '../train/tab-training.ts';
import { ago, duration } from '../ui/format.ts';
import { Card, ErrorNote, Note, Skeleton, Stats } from '../ui/surface.tsx';
import { useLive } from '../use-live.ts';
import { metricRows } from './metrics.ts';
import { OwnRows } from './own-rows.tsx';
import styles from './page.module.css';
import { RunActions } from './run-actions.tsx';
import { comparedRuns } from './run-comparison.tsx';
import { RunCurvesSection } from './run-curves.tsx';
import { RunGlance } from './run-glance.tsx';
import { RunLog } from './run-log.tsx';
import { RunStateBadge } from './run-state.tsx';
import { RunTeam } from './run-team.tsx';

export function RunPage() {
  const { project, run: id } = useParams({ from: '/app/projects/$project/runs/$run' });
  const { data: run, error, refetch } = useQuery(queries.run(id));
  const team = run?.team;
  useLive(team ? `run:${id},runs` : `run:${id}`, [
    ...(team ? [queries.team(team.lead).queryKey] : []),
    queries.run(id).queryKey,
    queries.runCurves(id).queryKey,
    queries.runSnapshots(id).queryKey,
    queries.runLog(id).queryKey,
  ]);
  const { with: compared } = useSearch({ from: '/app/projects/$project/runs/$run' });
  const others = useMemo(() => comparedRuns(compared, id), [compared, id]);
  const training = useTabTraining();
  const here = training?.run === id ? training : null;

  return (
    <div className={styles.stack}>
      <div className={styles.head}>
        <div>
          <Link to="/projects/$project/runs" params={{ project }} className={styles.back}>
            <ChevronLeft size={14} aria-hidden /> Runs
          </Link>
          <div className={styles.title}>
            <h1>{run?.name || id}</h1>
            {run && <RunStateBadge run={run} />}
          </div>
          {run && <p>{subtitle(run)}</p>}
        </div>
        {run && <RunActions project={project} run={run} here={here} />}
      </div>
      {error && <ErrorNote error={error} retry={() => void refetch()} />}
      {!run && !error && <Skeleton height="20rem" />}
      {run && <Messages run={run} here={here} />}
      {run && <OwnRows project={project} run={run} isHere={here?.state === 'running'} />}
      {run && <RunGlance run={run} here={here} />}
      {team && <RunTeam project={project} run={id} team={team} />}
      {run?.metrics && <Results run={run} />}
      {run && <RunInsights run={run} />}
      {run && <RunCurvesSection project={project} run={run} others={others} />}
      {run && <RunLog run={run} />}
    </div>
  );
}

function subtitle(run: Run): string {
  const where = run.device ?? (run.on === 'browser' ? 'a browser tab' : 'a runner');
  const took =
    run.startedAt && run.endedAt
      ? `, took ${duration(Date.parse(run.endedAt) - Date.parse(run.startedAt))}`
      : '';
  return `${where}, made ${ago(run.createdAt)}${took}`;
}

const REASONS: Record<FailureReason, string> = {
  code_failed: 'The training failed. Resume goes on from the last checkpoint.',
  bad_data: 'The data cannot be trained on as it is. Upload a corrected version and start a new run.',
  out_of_memory: 'Memory ran out. Try a smaller batch size, or a runner with more memory.',
  diverged: 'The loss grew without bound. Go on from the last checkpoint at a smaller learning rate.',
  disk_full: 'The disk of the runner is full. Make room there; resume goes on from the last checkpoint.',
  hung: 'The training stood still, again and again. Resume goes on from the last checkpoint.',
  timed_out: 'It took longer than it was allowed to. Resume goes on from the last checkpoint.',
  runner_lost: 'Whoever trained it went away. Resume goes on from the last checkpoint.',
  dependency_failed: 'A run that it was to come after did not succeed. Resume queues it again.',
};

function Messages({ run, here }: { run: Run; here: TabTraining | null }) {
  const isPrivate = hasOwnRows(run.team);
  const elsewhere =
    !isPrivate && run.on === 'browser' && run.state === 'running' && here?.state !== 'running';
  return (
    <>
      {here?.fallbacks.map((text) => (
        <Note key={text} tone="warn" title="An engine was given up">
          {text}
        </Note>
      ))}
      {here?.isWaiting && (
        <Note title="Taken up again">
          The tab that trained it before is given a few seconds to answer; then it goes on from the last
          checkpoint.
        </Note>
      )}
      {here && !here.isKept && (
        <Note tone="warn" title="This machine has no room for checkpoints">
          {isPrivate
            ? 'If this tab is closed, the run begins again with what the others have learnt.'
            : 'They go to the server instead. Free some space for them to be kept here too.'}
        </Note>
      )}
      {here?.isServerAway && (
        <Note tone="warn" title="The server cannot be reached">
          The training goes on in this tab. What the server lacks is sent once it is back.
        </Note>
      )}
      {here?.problem && (
        <Note tone="error" title="The run could not go on in this tab">
          {here.problem}
        </Note>
      )}
      {run.state === 'failed' && (
        <Note tone="error" title={run.reason ? REASONS[run.reason] : 'The run failed'}>
          {run.message}
        </Note>
      )}
      {run.state === 'stopped' && (
        <Note title="Stopped">Resume goes on from its last checkpoint, if it had come to one.</Note>
      )}
      {elsewhere && (
        <Note>
          It trains in another tab or browser. If that was closed, the run can be taken up here in a few
          seconds.
        </Note>
      )}
      {run.state === 'queued' && run.on === 'runner' && (
        <Note title="Waiting for a runner">
          The next free one takes it. To start one: npx trainyard runner start
        </Note>
      )}
    </>
  );
}

function Results({ run }: { run: Run }) {
  const { test, validation } = run.metrics!;
  return (
    <div className={styles.halves}>
      <Card title="Test" hint="Rows that training never saw">
        <Stats items={metricRows(test)} />
      </Card>
      <Card title="Validation" hint="Rows that chose the best epoch">
        <Stats items={metricRows(validation)} />
      </Card>
    </div>
  );
}
