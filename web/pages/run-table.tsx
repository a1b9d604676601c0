/** Runs in a table. */
import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import type { MetricValues } from '../../shared/schema/metric.ts';
import type { Run } from '../../shared/schema/run.ts';
import { ago, duration, percent } from '../ui/format.ts';
import { Card } from '../ui/surface.tsx';
import { headline } from './metrics.ts';
import styles from './page.module.css';
import { RunStateBadge } from './run-state.tsx';

export function RunTable({ project, runs }: { project: string; runs: readonly Run[] }) {
  return (
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
            {runs.map((run) => (
              <RunRow key={run.id} project={project} run={run} />
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

const RunRow = memo(function RunRow({ project, run }: { project: string; run: Run }) {
  return (
    <tr>
      <td>
        <Link to="/projects/$project/runs/$run" params={{ project, run: run.id }} data-row>
          {run.name || run.id}
        </Link>
      </td>
      <td>
        <RunStateBadge run={run} />{' '}
        {run.state === 'running' && run.progress && run.progress.totalSteps > 0 && (
          <span className="muted num">{percent(run.progress.step / run.progress.totalSteps, 0)}</span>
        )}
      </td>
      <td>{run.model}</td>
      <td className="muted">{run.on === 'browser' ? 'browser tab' : 'runner'}</td>
      <td data-right>{testMetric(run.metrics?.test)}</td>
      <td data-right className="muted">
        {run.startedAt && run.endedAt ? duration(Date.parse(run.endedAt) - Date.parse(run.startedAt)) : '–'}
      </td>
      <td data-right className="muted">
        {ago(run.createdAt)}
      </td>
    </tr>
  );
});

function testMetric(values: MetricValues | undefined) {
  const best = headline(values);
  if (!best) return <span className="faint">–</span>;
  return (
    <>
      {best.text} <span className="faint">{best.label}</span>
    </>
  );
}
