/** A project: its name, and the line from dataset to endpoint that is also its navigation. */
import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useParams } from '@tanstack/react-router';
import { queries } from '../queries.ts';
import { ButtonLink } from '../ui/button.tsx';
import { ErrorNote } from '../ui/surface.tsx';
import styles from './frame.module.css';

const STATIONS = [
  { name: 'Datasets', to: '/projects/$project/datasets', count: 'datasets' },
  { name: 'Runs', to: '/projects/$project/runs', count: 'runs' },
  { name: 'Models', to: '/projects/$project/models', count: 'models' },
  { name: 'Endpoints', to: '/projects/$project/endpoints', count: 'endpoints' },
] as const;

export function ProjectFrame() {
  const { project } = useParams({ from: '/app/projects/$project' });
  const { data, error, refetch } = useQuery(queries.project(project));

  if (error) {
    return (
      <div style={{ display: 'grid', gap: '1rem', justifyItems: 'start' }}>
        <ErrorNote error={error} retry={() => void refetch()} />
        <ButtonLink to="/">All projects</ButtonLink>
      </div>
    );
  }
  return (
    <>
      <nav className={styles.line} aria-label="Project">
        {STATIONS.map((station) => (
          <Link
            key={station.name}
            to={station.to}
            params={{ project }}
            className={styles.station}
            data-filled={(data?.counts[station.count] ?? 0) > 0}
          >
            <i aria-hidden />
            <span>
              {station.name}
              {data && <b>{data.counts[station.count]}</b>}
            </span>
          </Link>
        ))}
      </nav>
      <Outlet />
    </>
  );
}
