/** One run: its state, curves as they grow, time left, stop and resume; at the end its metrics and the way to publish. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { ChevronLeft, Play, RotateCcw, Square } from 'lucide-react';
import { useMemo, useState } from 'react';
import { resumeRun, stopRun } from '../../shared/api/routes/runs.ts';
import type { MetricName, MetricPoint } from '../../shared/schema/metric.ts';
import { type FailureReason, isEnded, type Progress, type Run } from '../../shared/schema/run.ts';
import { queries } from '../queries.ts';
import { api } from '../session.ts';
import { attemptsOf } from '../train/backends.ts';
import {
  startTabTraining,
  stopTabTraining,
  type TabTraining,
  useTabTraining,
} from '../train/tab-training.ts';
import { Button, ButtonLink } from '../ui/button.tsx';
import { ProgressBar } from '../ui/control.tsx';
import { type Curve, CurveChart } from '../ui/curve-chart.tsx';
import { ago, count, duration } from '../ui/format.ts';
import { Card, ErrorNote, Note, Skeleton, Stats } from '../ui/surface.tsx';
import { toast } from '../ui/toast.tsx';
import { useLive } from '../use-live.ts';
import { METRIC_LABELS, metricRows } from './metrics.ts';
import styles from './page.module.css';
import { useBackends } from './place-picker.tsx';
import { PublishButton } from './publish.tsx';
import { RunStateBadge } from './run-state.tsx';

export function RunPage() {
  const { project, run: id } = useParams({ from: '/app/projects/$project/runs/$run' });
  const { data: run, error, refetch } = useQuery(queries.run(id));
  const { data: points } = useQuery(queries.runMetrics(id));
  useLive(`run:${id}`, [queries.run(id).queryKey, queries.runMetrics(id).queryKey]);
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
        {run && <Actions project={project} run={run} here={here} />}
      </div>
      {error && <ErrorNote error={error} retry={() => void refetch()} />}
      {!run && !error && <Skeleton height="20rem" />}
      {run && <Messages run={run} here={here} />}
      {run && <LiveProgress run={run} here={here} />}
      {run?.metrics && <Results run={run} />}
      {run && !(isEnded(run.state) && points?.length === 0) && <Curves points={points ?? []} />}
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

function Actions({ project, run, here }: { project: string; run: Run; here: TabTraining | null }) {
  const cache = useQueryClient();
  const backends = useBackends();
  const isHere = here?.state === 'running';
  const tabBusy = useTabTraining()?.state === 'running';
  const keep = (next: Run) => cache.setQueryData(queries.run(next.id).queryKey, next);
  const trainHere = () => startTabTraining(project, run.id, attemptsOf(backends ?? []));

  const stop = useMutation({
    mutationFn: () => {
      if (isHere) stopTabTraining();
      return api().call(stopRun, { params: { run: run.id } });
    },
    onSuccess: (next) =>
      cache.setQueryData(queries.run(run.id).queryKey, (now) => (now?.endedAt ? now : next)),
    onError: (error) => toast.failed(error, 'The run was not stopped'),
  });
  const resume = useMutation({
    mutationFn: () => api().call(resumeRun, { params: { run: run.id }, body: {} }),
    onSuccess: (next) => {
      keep(next);
      if (next.on === 'browser') trainHere();
    },
    onError: (error) => toast.failed(error, 'The run was not taken up again'),
  });

  const active = run.state === 'queued' || run.state === 'running';
  return (
    <div className={styles.actions}>
      {run.state === 'queued' && run.on === 'browser' && !isHere && (
        <Button look="primary" onClick={trainHere} disabled={!backends || tabBusy}>
          <Play size={15} aria-hidden /> Train it in this tab
        </Button>
      )}
      {active && (
        <Button
          look="danger"
          busy={stop.isPending}
          disabled={run.stopRequested}
          onClick={() => stop.mutate()}
        >
          <Square size={13} aria-hidden /> Stop
        </Button>
      )}
      {(run.state === 'stopped' || run.state === 'failed') && (
        <Button
          busy={resume.isPending}
          disabled={run.on === 'browser' && (!backends || tabBusy)}
          onClick={() => resume.mutate()}
        >
          <RotateCcw size={15} aria-hidden /> Resume
        </Button>
      )}
      {run.modelVersion && (
        <>
          <ButtonLink to="/projects/$project/models/$model" params={{ project, model: run.model }}>
            See the model
          </ButtonLink>
          <PublishButton project={project} model={run.model} modelVersion={run.modelVersion} />
        </>
      )}
    </div>
  );
}

const REASONS: Record<FailureReason, string> = {
  code_failed: 'The training failed. Resume goes on from the last checkpoint.',
  bad_data: 'The data cannot be trained on as it is. Upload a corrected version and start a new run.',
  out_of_memory: 'Memory ran out. Try a smaller batch size, or a runner with more memory.',
  diverged: 'The loss grew without bound. Start a new run with a smaller learning rate.',
  runner_lost: 'Whoever trained it went away. Resume goes on from the last checkpoint.',
};

function Messages({ run, here }: { run: Run; here: TabTraining | null }) {
  const elsewhere = run.on === 'browser' && run.state === 'running' && here?.state !== 'running';
  return (
    <>
      {here?.fallbacks.map((text) => (
        <Note key={text} tone="warn" title="An engine was given up">
          {text}
        </Note>
      ))}
      {here?.reason && <p className="muted">Engine: {here.reason}.</p>}
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

function LiveProgress({ run, here }: { run: Run; here: TabTraining | null }) {
  if (run.state !== 'running' && here?.state !== 'running') return null;
  const progress: Progress | null = here?.progress ?? run.progress;
  const share = progress && progress.totalSteps > 0 ? progress.step / progress.totalSteps : null;
  return (
    <Card>
      <ProgressBar
        label={progress?.phase ?? 'Loading the data'}
        share={share}
        note={
          progress && (
            <>
              epoch {count(Math.floor(progress.epoch))} of {count(progress.epochs)}
              {progress.etaMs !== null && `, about ${duration(progress.etaMs)} left`}
            </>
          )
        }
      />
    </Card>
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

function Curves({ points }: { points: readonly MetricPoint[] }) {
  const second = (['accuracy', 'r2', 'rmse'] as const).find((name) =>
    points.some((point) => point.name === name),
  );
  const hasLossAlone = !second && points.some(({ split }) => split === 'validation');
  return (
    <div className={styles.halves}>
      <CurveCard name="loss" points={points} />
      {!hasLossAlone && <CurveCard name={second ?? 'accuracy'} points={points} />}
    </div>
  );
}

const CURVE_COLORS = { train: '--curve-1', validation: '--curve-2' } as const;

function CurveCard({ name, points }: { name: MetricName; points: readonly MetricPoint[] }) {
  const [log, setLog] = useState(false);
  const curves = useMemo(
    () =>
      (['train', 'validation'] as const).flatMap((split): Curve[] => {
        const own = points.filter((point) => point.name === name && point.split === split);
        // Only the loss is measured while training; other metrics have a validation curve alone.
        if (own.length === 0 && !(name === 'loss' || split === 'validation')) return [];
        return [
          {
            name: split,
            color: CURVE_COLORS[split],
            points: own.map(({ epoch, value }) => ({ x: epoch, y: value })),
          },
        ];
      }),
    [points, name],
  );
  const title = METRIC_LABELS[name];
  return (
    <Card
      title={title}
      actions={
        name === 'loss' && (
          <Button look="quiet" aria-pressed={log} onClick={() => setLog(!log)}>
            {log ? 'Logarithmic' : 'Linear'}
          </Button>
        )
      }
    >
      <CurveChart title={title} xLabel="epoch" curves={curves} log={log} />
    </Card>
  );
}
