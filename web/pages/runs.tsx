/** A project's runs, their states followed live. */
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { Route as RouteIcon } from 'lucide-react';
import type { MetricValues } from '../../shared/schema/metric.ts';
import { queries } from '../queries.ts';
import { ButtonLink } from '../ui/button.tsx';
import { ago, duration, percent } from '../ui/format.ts';
import { Card, Empty, ErrorNote, Skeleton } from '../ui/surface.tsx';
import { useLive } from '../use-live.ts';
import { headline } from './metrics.ts';
import styles from './page.module.css';
import { RunStateBadge } from './run-state.tsx';

export function RunsPage() {
  const { project } = useParams({ from: '/app/projects/$project/runs' });
  const { data, error, refetch } = useQuery(queries.runs(project));
  useLive('runs', [['runs', project]]);

  return (
    <div className={styles.stack}>
      <div className={styles.head}>
        <div>
          <h1>Runs</h1>
          <p>Each trains one pipeline on one version of a dataset.</p>
        </div>
      </div>
      {error && <ErrorNote error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton height="8rem" />}
      {data?.length === 0 && (
        <Empty
          icon={<RouteIcon size={20} />}
          title="Nothing has been trained yet"
          action={
            <ButtonLink look="primary" to="/projects/$project/datasets" params={{ project }}>
              Choose a dataset
            </ButtonLink>
          }
        >
          Open a dataset, choose the column to predict, and start a run in this tab or on a runner.
        </Empty>
      )}
      {data && data.length > 0 && (
        <Card flush>
          <div className={styles.rows}>
            <table>
              <thead>
                <tr>
                  <th>Run</th>
                  <th>State</th>
                  <th>Model</th>
                  <th>Where</th>
                  <th data-right>Test</th>
                  <th data-right>Took</th>
                  <th data-right>Made</th>
                </tr>
              </thead>
              <tbody>
                {data.map((run) => (
                  <tr key={run.id}>
                    <td>
                      <Link to="/projects/$project/runs/$run" params={{ project, run: run.id }} data-row>
                        {run.name || run.id}
                      </Link>
                    </td>
                    <td>
                      <RunStateBadge run={run} />{' '}
                      {run.state === 'running' && run.progress && run.progress.totalSteps > 0 && (
                        <span className="muted num">
                          {percent(run.progress.step / run.progress.totalSteps, 0)}
                        </span>
                      )}
                    </td>
                    <td>{run.model}</td>
                    <td className="muted">{run.on === 'browser' ? 'browser tab' : 'runner'}</td>
                    <td data-right>{testMetric(run.metrics?.test)}</td>
                    <td data-right className="muted">
                      {run.startedAt && run.endedAt
                        ? duration(Date.parse(run.endedAt) - Date.parse(run.startedAt))
                        : '–'}
                    </td>
                    <td data-right className="muted">
                      {ago(run.createdAt)}
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

function testMetric(values: MetricValues | undefined) {
  const best = headline(values);
  if (!best) return <span className="faint">–</span>;
  return (
    <>
      {best.text} <span className="faint">{best.label}</span>
    </>
  );
}
