/** What can be done with a run: train it here, stop it, finish it early, resume it, move it, clone it, go on from it, publish its model. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Flag, Play, RotateCcw, Square } from 'lucide-react';
import { finishRun, resumeRun, stopRun } from '../../shared/api/routes/runs.ts';
import { isEnded, type Run } from '../../shared/schema/run.ts';
import { hasOwnRows } from '../../shared/train/part-in.ts';
import { queries } from '../queries.ts';
import { api } from '../session.ts';
import { attemptsOf } from '../train/backends.ts';
import {
  finishTabTraining,
  leaveQueue,
  startTabTraining,
  stopTabTraining,
  type TabTraining,
  useTabQueue,
  useTabTraining,
} from '../train/tab-training.ts';
import { Button, ButtonLink } from '../ui/button.tsx';
import { toast } from '../ui/toast.tsx';
import { CloneButton } from './clone-run.tsx';
import { ContinueButton } from './continue-run.tsx';
import { MoveButton } from './move-run.tsx';
import styles from './page.module.css';
import { useBackends } from './place-picker.tsx';
import { PublishButton } from './publish.tsx';

export function RunActions(props: { project: string; run: Run; here: TabTraining | null }) {
  const { project, run, here } = props;
  const cache = useQueryClient();
  const backends = useBackends();
  const current = useTabTraining();
  const queue = useTabQueue();
  const isHere = here?.state === 'running';
  /** Its rows are asked for on the page, and are nowhere else. */
  const isPrivate = hasOwnRows(run.team);
  const isBusy = current?.state === 'running';
  const waits = queue.some((one) => one.run === run.id);
  const trainHere = () => startTabTraining(project, run.id, attemptsOf(backends ?? []));

  const stopHere = () => {
    if (isHere) stopTabTraining();
    if (waits) leaveQueue(run.id);
  };

  const stop = useMutation({
    mutationFn: () => {
      stopHere();
      return api().call(stopRun, { params: { run: run.id } });
    },
    onSuccess: (next) =>
      cache.setQueryData(queries.run(run.id).queryKey, (now) => (now?.endedAt ? now : next)),
    onError: (error) => toast.failed(error, 'The run was not stopped'),
  });
  const finish = useMutation({
    mutationFn: () => {
      if (isHere) finishTabTraining();
      return api().call(finishRun, { params: { run: run.id } });
    },
    onSuccess: (next) =>
      cache.setQueryData(queries.run(run.id).queryKey, (now) => (now?.endedAt ? now : next)),
    onError: (error) => toast.failed(error, 'The run goes on'),
  });
  const resume = useMutation({
    mutationFn: () => api().call(resumeRun, { params: { run: run.id }, body: {} }),
    onSuccess: (next) => {
      cache.setQueryData(queries.run(next.id).queryKey, next);
      if (next.on === 'browser' && !isPrivate) trainHere();
    },
    onError: (error) => toast.failed(error, 'The run was not taken up again'),
  });

  return (
    <div className={styles.actions}>
      {run.state === 'queued' && run.on === 'browser' && !isPrivate && !isHere && !waits && (
        <Button look="primary" onClick={trainHere} disabled={!backends}>
          <Play size={15} aria-hidden /> {isBusy ? 'Train it here next' : 'Train it in this tab'}
        </Button>
      )}
      {run.state === 'queued' && waits && <span className="muted">Waits for its turn in this tab</span>}
      {run.state === 'running' && (
        <Button
          busy={finish.isPending}
          disabled={run.finishRequested || run.stopRequested}
          onClick={() => finish.mutate()}
        >
          <Flag size={15} aria-hidden /> Finish now
        </Button>
      )}
      {!isEnded(run.state) && (
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
          disabled={run.on === 'browser' && !backends}
          onClick={() => resume.mutate()}
        >
          <RotateCcw size={15} aria-hidden /> Resume
        </Button>
      )}
      {run.state !== 'succeeded' && !isPrivate && (
        <MoveButton
          run={run}
          stopHere={stopHere}
          trainHere={trainHere}
          disabled={(run.stopRequested && !isEnded(run.state)) || (run.on === 'runner' && !backends)}
        />
      )}
      {isEnded(run.state) && !isPrivate && <ContinueButton project={project} run={run} />}
      {(run.team?.rank ?? 0) === 0 && <CloneButton project={project} run={run} />}
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
