/** Takes a run from where it trains, or last did, to the other place: from a tab to a runner or back, on from its last checkpoint. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ArrowRightLeft } from 'lucide-react';
import { getRun, resumeRun, stopRun } from '../../shared/api/routes/runs.ts';
import { AppError } from '../../shared/errors.ts';
import { isEnded, type Run } from '../../shared/schema/run.ts';
import { queries } from '../queries.ts';
import { api } from '../session.ts';
import { Button } from '../ui/button.tsx';
import { toast } from '../ui/toast.tsx';

/** A worker stops within a heartbeat and a step; one that is gone is found out when its lease has run out. */
const STOPS_WITHIN_MS = 30_000;
const LOOK_MS = 300;

interface MoveProps {
  run: Run;
  /** Asks whoever trains it in this tab to stop. */
  stopHere(): void;
  /** Takes it up in this tab. */
  trainHere(): void;
  disabled: boolean;
}

export function MoveButton({ run, stopHere, trainHere, disabled }: MoveProps) {
  const cache = useQueryClient();
  const other = run.on === 'browser' ? 'runner' : 'browser';
  const { mutate, isPending } = useMutation({
    mutationFn: async () => {
      const params = { run: run.id };
      if (!isEnded(run.state)) {
        stopHere();
        await stopped(await api().call(stopRun, { params }));
      }
      return api().call(resumeRun, { params, body: { on: other } });
    },
    onSuccess: (next) => {
      cache.setQueryData(queries.run(next.id).queryKey, next);
      if (next.on === 'browser') trainHere();
    },
    onError: (error) => toast.failed(error, 'The run was not moved'),
  });
  return (
    <Button busy={isPending} disabled={disabled} onClick={() => mutate()}>
      <ArrowRightLeft size={15} aria-hidden />{' '}
      {other === 'runner' ? 'Go on on a runner' : 'Go on in this tab'}
    </Button>
  );
}

/** Throws AppError `unavailable` for one that does not stop. */
async function stopped(run: Run): Promise<void> {
  const until = Date.now() + STOPS_WITHIN_MS;
  for (let now = run; !isEnded(now.state); ) {
    if (Date.now() > until)
      throw new AppError('unavailable', 'it was asked to stop, and has not yet; resume it once it has');
    await new Promise((done) => setTimeout(done, LOOK_MS));
    now = await api().call(getRun, { params: { run: run.id } });
  }
}
