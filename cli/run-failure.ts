/** A run that ended without a model, as the error the program ends with. */
import type { Run } from '../shared/schema/run.ts';
import { Failure } from './failure.ts';

export function failureOfRun({ id, state, reason, message }: Run): Failure {
  const details = { run: id, reason };
  if (state === 'stopped') {
    const hint = `go on from its last checkpoint with: npx trainyard run resume ${id}`;
    return new Failure('run_stopped', `${id} was stopped`, { details, hint });
  }
  const why = [reason?.replaceAll('_', ' '), message].filter(Boolean).join(': ');
  const hint =
    reason === 'disk_full' || reason === 'out_of_memory'
      ? `when there is room, go on from its last checkpoint with: npx trainyard run resume ${id}`
      : undefined;
  return new Failure('run_failed', `${id} failed${why ? `: ${why}` : ''}`, { details, hint });
}
