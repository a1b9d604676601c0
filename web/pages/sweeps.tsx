/** A project's searches. */
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { Telescope } from 'lucide-react';
import { queries } from '../queries.ts';
import { ButtonLink } from '../ui/button.tsx';
import { ago } from '../ui/format.ts';
import { Card, Empty, ErrorNote, Skeleton } from '../ui/surface.tsx';
import styles from './page.module.css';
import { SweepBadge } from './sweep.tsx';

export function SweepsPage() {
  const { project } = useParams({ from: '/app/projects/$project/searches' });
  const { data, error, refetch } = useQuery(queries.sweeps(project));
  return (
    <div className={styles.stack}>
      <div className={styles.head}>
        <div>
          <h1>Searches</h1>
          <p>Each tries many definitions on one dataset, and keeps the best.</p>
        </div>
      </div>
      {error && <ErrorNote error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton height="8rem" />}
      {data?.length === 0 && (
        <Empty
          icon={<Telescope size={20} />}
          title="Nothing has been searched for yet"
          action={
            <ButtonLink look="primary" to="/projects/$project/datasets" params={{ project }}>
              Choose a dataset
            </ButtonLink>
          }
        >
          Open a dataset, choose the column to predict, and have the templates that fit tried for some
          minutes.
        </Empty>
      )}
      {data && data.length > 0 && (
        <Card flush>
          <div className={styles.rows}>
            <table>
              <thead>
                <tr>
                  <th>Search</th>
                  <th>State</th>
                  <th>Model</th>
                  <th data-right>Trials</th>
                  <th data-right>Begun</th>
                </tr>
              </thead>
              <tbody>
                {data.map((sweep) => (
                  <tr key={sweep.id}>
                    <td>
                      <Link
                        to="/projects/$project/searches/$sweep"
                        params={{ project, sweep: sweep.id }}
                        data-row
                      >
                        {sweep.name}
                      </Link>
                    </td>
                    <td>
                      <SweepBadge state={sweep.state} />
                    </td>
                    <td>{sweep.model}</td>
                    <td data-right>{sweep.trials}</td>
                    <td data-right className="muted">
                      {ago(sweep.createdAt)}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </Card>
      )}
    </div>
  );
}
