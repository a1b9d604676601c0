/** A run that somebody works on, and how far it is. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Runner } from '../../shared/schema/run.ts';
import { queries } from '../queries.ts';
import { ProgressBar } from '../ui/control.tsx';
import { duration } from '../ui/format.ts';

export function WorkedRun({ id, name, project }: Runner['runs'][number]) {
  const { data: run } = useQuery(queries.run(id));
  const { progress } = run ?? {};
  const share = progress && progress.totalSteps > 0 ? progress.step / progress.totalSteps : null;
  const left = progress?.etaMs == null ? '' : `, ${duration(progress.etaMs)} left`;
  return (
    <div>
      <Link to="/projects/$project/runs/$run" params={{ project, run: id }}>
        <strong>{name || id}</strong> <span className="muted">{project}</span>
      </Link>
      <ProgressBar label={`${progress?.phase ?? 'starting'}${left}`} share={share} />
    </div>
  );
}
