/** The board of a search: what it has found, as it goes. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { ChevronLeft, Play, Square } from 'lucide-react';
import { resumeSweep, stopSweep } from '../../shared/api/routes/sweeps.ts';
import type { Sweep, SweepDetail } from '../../shared/schema/sweep-view.ts';
import { scoreOf } from '../../shared/tune/trial-cost.ts';
import { queries } from '../queries.ts';
import { api } from '../session.ts';
import { Button } from '../ui/button.tsx';
import { ago, bytes, decimal, duration, plural } from '../ui/format.ts';
import { Badge, Card, ErrorNote, Note, Skeleton, type Tone } from '../ui/surface.tsx';
import { toast } from '../ui/toast.tsx';
import styles from './page.module.css';
import { BestSoFar, Importance, nameOf, ParallelCoordinates } from './search-pictures.tsx';

const TONES: Record<Sweep['state'], Tone> = {
  running: 'live',
  stopped: 'warn',
  finished: 'good',
  failed: 'bad',
};

export function SweepBadge({ state }: Pick<Sweep, 'state'>) {
  return (
    <Badge tone={TONES[state]} dot>
      {state}
    </Badge>
  );
}

export function SweepPage() {
  const { project, sweep } = useParams({ from: '/app/projects/$project/searches/$sweep' });
  const { data, error, refetch } = useQuery(queries.sweep(sweep));
  return (
    <div className={styles.stack}>
      <div className={styles.head}>
        <div>
          <Link to="/projects/$project/searches" params={{ project }} className={styles.back}>
            <ChevronLeft size={14} aria-hidden /> Searches
          </Link>
          <h1 className={styles.title}>
            {data?.name ?? 'Search'} {data && <SweepBadge state={data.state} />}
          </h1>
          {data && (
            <p>
              {plural(data.trials, 'trial')} for {data.model}, begun {ago(data.createdAt)}
            </p>
          )}
        </div>
        {data && <Actions sweep={data} />}
      </div>
      {error && <ErrorNote error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton height="20rem" />}
      {data?.message && <Note tone="warn">{data.message}</Note>}
      {data && <Board project={project} detail={data} />}
    </div>
  );
}

function Actions({ sweep }: { sweep: Sweep }) {
  const cache = useQueryClient();
  const steer = useMutation({
    mutationFn: (route: typeof stopSweep | typeof resumeSweep) =>
      api().call(route, { params: { sweep: sweep.id } }),
    onSuccess: () => cache.invalidateQueries({ queryKey: queries.sweep(sweep.id).queryKey }),
    onError: (error) => toast.failed(error, 'The search is as it was'),
  });
  return (
    <div className={styles.actions}>
      {sweep.state === 'running' && (
        <Button onClick={() => steer.mutate(stopSweep)} busy={steer.isPending}>
          <Square size={14} aria-hidden /> Stop
        </Button>
      )}
      {sweep.state === 'stopped' && (
        <Button look="primary" onClick={() => steer.mutate(resumeSweep)} busy={steer.isPending}>
          <Play size={14} aria-hidden /> Resume
        </Button>
      )}
    </div>
  );
}

function Board({ project, detail }: { project: string; detail: SweepDetail }) {
  const metric = detail.objectives[0]!.metric;
  return (
    <>
      <div className={styles.halves}>
        <Card title="Best so far" hint={`${metric} of the validation rows, by trial; hollow: ended early`}>
          <BestSoFar detail={detail} />
        </Card>
        <Card title="What mattered" hint="Share of the differences that each parameter explains alone">
          <Importance importance={detail.importance} />
        </Card>
      </div>
      {detail.ranking.length > 1 && (
        <Card title="Parameters" hint="A line for each trial, to what it came to; the best stands out">
          <ParallelCoordinates detail={detail} />
        </Card>
      )}
      <Card title="Trials" flush>
        <div className={styles.rows}>
          <table>
            <thead>
              <tr>
                <th>Trial</th>
                <th>State</th>
                <th data-right>{metric}</th>
                <th data-right>Size</th>
                <th data-right>At the edge, about</th>
                <th data-right>Took</th>
                <th>What</th>
              </tr>
            </thead>
            <tbody>
              {ordered(detail).map((trial) => {
                const score = scoreOf(trial, detail.objectives);
                const { artifactBytes, edgeLatencyMs, trainingSeconds } = trial.measures ?? {};
                return (
                  <tr key={trial.number}>
                    <td>
                      {trial.runState ? (
                        <Link to="/projects/$project/runs/$run" params={{ project, run: trial.run }} data-row>
                          {trial.number}
                        </Link>
                      ) : (
                        trial.number
                      )}
                    </td>
                    <td>{trial.state}</td>
                    <td data-right>{score === null ? '–' : decimal(score)}</td>
                    <td data-right>{artifactBytes === undefined ? '–' : bytes(artifactBytes)}</td>
                    <td data-right>
                      {edgeLatencyMs === undefined ? '–' : `${decimal(edgeLatencyMs, 2)} ms`}
                    </td>
                    <td data-right>
                      {trainingSeconds === undefined ? '–' : duration(1000 * trainingSeconds)}
                    </td>
                    <td className="muted" style={{ whiteSpace: 'normal', minWidth: '16rem' }}>
                      {[
                        trial.template,
                        ...Object.entries(trial.parameters).map(
                          ([path, value]) =>
                            `${nameOf(path)} ${typeof value === 'number' ? decimal(value) : JSON.stringify(value)}`,
                        ),
                        trial.problem,
                      ]
                        .filter(Boolean)
                        .join(' · ')}
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      </Card>
    </>
  );
}

/** Those at work, then the ended ones, best first. */
function ordered({ tried, ranking }: SweepDetail): SweepDetail['tried'] {
  const ended = new Set(ranking);
  return [...tried.filter(({ number }) => !ended.has(number)), ...ranking.map((number) => tried[number]!)];
}
