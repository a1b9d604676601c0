/** A project's runs, their states followed live: searched, narrowed and put in order by the server, a page at a time. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { Route as RouteIcon } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import { METRICS, type MetricName } from '../../shared/schema/metric.ts';
import { RUN_STATES, type RunState } from '../../shared/schema/run.ts';
import { type RunFilter, runList } from '../run-list.ts';
import { Button, ButtonLink } from '../ui/button.tsx';
import { SearchField, Select } from '../ui/control.tsx';
import { Empty, ErrorNote, Skeleton } from '../ui/surface.tsx';
import { useLive } from '../use-live.ts';
import { headline } from './metrics.ts';
import styles from './page.module.css';
import { RunTable } from './run-table.tsx';

const ALL: RunFilter = { search: '', state: 'any', sort: 'created' };

export function RunsPage() {
  const { project } = useParams({ from: '/app/projects/$project/runs' });
  const [filter, setFilter] = useState(ALL);
  const asked = useDeferredValue(filter);
  const list = runList(project, asked);
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(list);
  useLive('runs', [list.queryKey]);
  const runs = data?.pages.flat();
  const metric = runs?.map(({ metrics }) => headline(metrics?.test)?.name).find(Boolean);
  const isFiltered = filter.search !== '' || filter.state !== 'any';

  return (
    <div className={styles.stack}>
      <div className={styles.head}>
        <div>
          <h1>Runs</h1>
          <p>Each trains one pipeline on one version of a dataset.</p>
        </div>
        <ButtonLink to="/projects/$project/searches" params={{ project }}>
          Searches
        </ButtonLink>
      </div>
      {(isFiltered || (runs && runs.length > 0)) && (
        <Filter filter={filter} metric={metric} onChange={setFilter} />
      )}
      {error && <ErrorNote error={error} retry={() => void refetch()} />}
      {!runs && !error && <Skeleton height="8rem" />}
      {runs?.length === 0 && !isFiltered && (
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
      {runs?.length === 0 && isFiltered && (
        <Empty
          icon={<RouteIcon size={20} />}
          title="No run is like that"
          action={<Button onClick={() => setFilter(ALL)}>Show all runs</Button>}
        >
          The words are looked for in a run's name, its id and the name of its model.
        </Empty>
      )}
      {runs && runs.length > 0 && <RunTable project={project} runs={runs} />}
      {hasNextPage && (
        <Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Show more
        </Button>
      )}
    </div>
  );
}

function Filter(props: {
  filter: RunFilter;
  /** The one to put them in order of. */
  metric: MetricName | undefined;
  onChange: (filter: RunFilter) => void;
}) {
  const { filter, onChange } = props;
  const metric = filter.sort === 'created' ? props.metric : filter.sort;
  return (
    <div className={styles.actions}>
      <SearchField
        label="Search runs"
        shortcut="/"
        value={filter.search}
        onValueChange={(search) => onChange({ ...filter, search })}
      />
      <Select<RunState | 'any'>
        label="State"
        hideLabel
        value={filter.state}
        options={[
          { value: 'any', label: 'In any state' },
          ...RUN_STATES.map((state) => ({ value: state, label: state })),
        ]}
        onValueChange={(state) => onChange({ ...filter, state })}
      />
      <Select
        label="Order"
        hideLabel
        value={filter.sort}
        options={[
          { value: 'created', label: 'Newest first' },
          ...(metric
            ? [{ value: metric, label: `Best test ${METRICS[metric].title.toLowerCase()} first` }]
            : []),
        ]}
        onValueChange={(sort) => onChange({ ...filter, sort })}
      />
    </div>
  );
}
