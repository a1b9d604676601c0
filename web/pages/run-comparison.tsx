/** Other runs beside this one: chosen by name, kept in the address, told apart by colour, results and definitions. */
import { useQueries, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { X } from 'lucide-react';
import { diffSpecs } from '../../shared/definition/diff-specs.ts';
import { METRIC_NAMES, METRICS, type MetricName, traitsOf } from '../../shared/schema/metric.ts';
import { isEnded, type Run } from '../../shared/schema/run.ts';
import { RUN_COLORS } from '../curves/curve-lines.ts';
import { queries } from '../queries.ts';
import { IconButton } from '../ui/button.tsx';
import { ago, duration } from '../ui/format.ts';
import { MultiSelect } from '../ui/multi-select.tsx';
import { Card, Skeleton } from '../ui/surface.tsx';
import { useLive } from '../use-live.ts';
import { metricText } from './metrics.ts';
import page from './page.module.css';
import styles from './run-comparison.module.css';
import { RunStateBadge } from './run-state.tsx';

const MOST_COMPARED = RUN_COLORS.length - 1;
const nameOf = (run: Pick<Run, 'id' | 'name'>): string => run.name || run.id;

/** Names that differ: the second of the same name is (2). */
export function labelsOf(runs: readonly Run[]): string[] {
  const names = runs.map(nameOf);
  return names.map((name, i) => {
    const before = names.slice(0, i).filter((other) => other === name).length;
    return before > 0 ? `${name} (${before + 1})` : name;
  });
}

/** What the address says: ids with commas between. */
export const comparedRuns = (text: string | undefined, run: string): string[] =>
  [...new Set(text?.split(','))].filter((id) => id !== run && id !== '').slice(0, MOST_COMPARED);

export function ComparePicker(props: {
  project: string;
  run: string;
  chosen: readonly string[];
  onChange: (runs: string[]) => void;
}) {
  const { data } = useQuery(queries.runs(props.project));
  const others = data?.filter(({ id, state }) => id !== props.run && state !== 'queued') ?? [];
  if (others.length === 0) return null;
  return (
    <MultiSelect
      label="Compare with…"
      options={others.map((run) => ({ value: run.id, label: nameOf(run), note: headNote(run) }))}
      values={props.chosen}
      onValuesChange={(runs) => props.onChange(runs.slice(0, MOST_COMPARED))}
    />
  );
}

const headNote = ({ state, model, createdAt }: Run): string =>
  `${model}, ${state === 'succeeded' ? '' : `${state}, `}${ago(createdAt)}`;

/** Follows a run that is not the page's own. */
export function FollowRun({ run }: { run: string }) {
  useLive(`run:${run}`, [queries.run(run).queryKey, queries.runCurves(run).queryKey]);
  return null;
}

export function Comparison({
  project,
  runs,
  onRemove,
}: {
  project: string;
  /** The page's own first. */
  runs: readonly Run[];
  onRemove: (run: string) => void;
}) {
  const labels = labelsOf(runs);
  const names = METRIC_NAMES.filter((name) => runs.some((run) => run.metrics?.test[name] !== undefined));
  return (
    <Card title="Comparison" hint="Results on the rows that training never saw" flush>
      <div className={page.rows}>
        <table>
          <thead>
            <tr>
              <th>Run</th>
              <th>State</th>
              {names.map((name) => (
                <th key={name} data-right>
                  {METRICS[name].title}
                </th>
              ))}
              <th data-right>Took</th>
              <th>Definition</th>
              <th aria-label="Remove" />
            </tr>
          </thead>
          <tbody>
            {runs.map((run, i) => (
              <tr key={run.id}>
                <td>
                  <span className={styles.run}>
                    <i style={{ background: `var(${RUN_COLORS[i]})` }} />
                    {i === 0 ? (
                      <strong>{labels[i]}</strong>
                    ) : (
                      <Link to="/projects/$project/runs/$run" params={{ project, run: run.id }}>
                        {labels[i]}
                      </Link>
                    )}
                  </span>
                </td>
                <td>
                  <RunStateBadge run={run} />
                </td>
                {names.map((name) => {
                  const value = run.metrics?.test[name];
                  return (
                    <td key={name} data-right data-best={isBest(name, value, runs) || undefined}>
                      {value === undefined ? <span className="faint">–</span> : metricText(name, value)}
                    </td>
                  );
                })}
                <td data-right className="muted">
                  {run.startedAt && run.endedAt
                    ? duration(Date.parse(run.endedAt) - Date.parse(run.startedAt))
                    : '–'}
                </td>
                <td className={styles.changes}>
                  {i === 0 ? (
                    <span className="muted">the one compared to</span>
                  ) : (
                    <Differences from={runs[0]!} to={run} />
                  )}
                </td>
                <td data-right>
                  {i > 0 && (
                    <IconButton label={`Compare without ${labels[i]}`} onClick={() => onRemove(run.id)}>
                      <X size={14} aria-hidden />
                    </IconButton>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

/** The best of at least two that ended; where several are equal, each of them. */
function isBest(name: MetricName, value: number | undefined, runs: readonly Run[]): boolean {
  const { better } = traitsOf(name);
  const values = runs.flatMap((run) => (isEnded(run.state) ? (run.metrics?.test[name] ?? []) : []));
  if (!better || value === undefined || new Set(values).size < 2) return false;
  return value === (better === 'more' ? Math.max(...values) : Math.min(...values));
}

function Differences({ from, to }: { from: Run; to: Run }) {
  const [before, after] = useQueries({
    queries: [queries.pipelineVersion(from.pipelineVersion), queries.pipelineVersion(to.pipelineVersion)],
  });
  if (!before.data || !after.data) return <Skeleton width="8rem" />;
  const changes = diffSpecs(before.data.spec, after.data.spec).map(({ text }) => text);
  if (from.datasetVersion !== to.datasetVersion) changes.unshift('another version of the data');
  if (changes.length === 0) return <span className="muted">the same</span>;
  return (
    <ul>
      {changes.map((text) => (
        <li key={text}>{text}</li>
      ))}
    </ul>
  );
}
