/** What pages read, as TanStack queries; and how live events land in the same cache. */
import { type QueryClient, queryOptions } from '@tanstack/react-query';
import type { Route, RouteInput, RouteReply } from '../shared/api/route.ts';
import { listTeam } from '../shared/api/routes/averaging.ts';
import { getDataset, getDatasetVersion, listDatasets } from '../shared/api/routes/datasets.ts';
import { getEndpoint, getEndpointTraffic, listEndpoints } from '../shared/api/routes/endpoints.ts';
import { listRunners } from '../shared/api/routes/jobs.ts';
import { getModel, getModelVersion, listModels } from '../shared/api/routes/models.ts';
import { getPipelineVersion, listPipelines, listPipelineVersions } from '../shared/api/routes/pipelines.ts';
import { listBatches } from '../shared/api/routes/predictions.ts';
import { getProject, getSession, listProjects } from '../shared/api/routes/projects.ts';
import { getQueue, listAttempts } from '../shared/api/routes/queue.ts';
import { getRun, getRunSnapshots, listRuns } from '../shared/api/routes/runs.ts';
import { getSweep, listSweeps } from '../shared/api/routes/sweeps.ts';
import { listWeights } from '../shared/api/routes/weights.ts';
import { addTraffic } from '../shared/endpoint-traffic.ts';
import { AppError } from '../shared/errors.ts';
import type { Traffic } from '../shared/schema/endpoint.ts';
import type { LiveEvent } from '../shared/schema/live.ts';
import { isOver } from '../shared/schema/prediction-job.ts';
import type { Run } from '../shared/schema/run.ts';
import { SNAPSHOTS_KEPT, type Snapshot } from '../shared/schema/snapshot.ts';
import { askCurves } from './curves/ask-curves.ts';
import { appendPoints, type RunCurves, withYounger } from './curves/run-curves.ts';
import { askLog, type RunLine, withLines } from './log-lines.ts';
import { putRunIntoLists } from './run-list.ts';
import { api } from './session.ts';

function query<R extends Route>(key: readonly string[], route: R, input: RouteInput<R>) {
  return queryOptions<RouteReply<R>>({
    queryKey: key,
    queryFn: ({ signal }) => api().call(route, input, { signal }),
  });
}

export const queries = {
  session: () => query(['session'], getSession, {}),
  projects: () => query(['projects'], listProjects, {}),
  project: (project: string) => query(['project', project], getProject, { params: { project } }),
  datasets: (project: string) => query(['datasets', project], listDatasets, { params: { project } }),
  dataset: (project: string, dataset: string) =>
    query(['datasets', project, dataset], getDataset, { params: { project, dataset } }),
  datasetVersion: (version: string) =>
    query(['dataset-version', version], getDatasetVersion, { params: { version } }),
  runs: (project: string) => query(['runs', project], listRuns, { params: { project } }),
  sweeps: (project: string) => ({
    ...query(['sweeps', project], listSweeps, { params: { project } }),
    refetchInterval: 5000,
  }),
  sweep: (sweep: string) =>
    queryOptions({
      ...query(['sweep', sweep], getSweep, { params: { sweep } }),
      refetchInterval: ({ state: { data } }) => (data && data.state !== 'running' ? false : 1500),
    }),
  /** `lead`: any of them would do, but by this they have it in common. */
  team: (lead: string) => query(['team', lead], listTeam, { params: { run: lead } }),
  run: (run: string) => query(['run', run], getRun, { params: { run } }),
  runCurves: (run: string) =>
    queryOptions<RunCurves>({
      queryKey: ['run', run, 'metrics'],
      queryFn: async ({ client, queryKey, signal }) => {
        const onOverview = (overview: RunCurves) =>
          client.setQueryData<RunCurves>(queryKey, (known) => known ?? overview);
        const read = await askCurves(api(), run, { signal, onOverview });
        return withYounger(read, client.getQueryData<RunCurves>(queryKey) ?? new Map());
      },
    }),
  runSnapshots: (run: string) =>
    queryOptions<Snapshot[]>({
      queryKey: ['run', run, 'snapshots'],
      queryFn: async ({ client, queryKey, signal }) => {
        const read = await api().call(getRunSnapshots, { params: { run } }, { signal });
        // those that came while it was read
        const younger = client.getQueryData<Snapshot[]>(queryKey) ?? [];
        const last = read.at(-1)?.step ?? -1;
        return younger.filter(({ step }) => step > last).reduce(withSnapshot, read);
      },
    }),
  runLog: (run: string) =>
    queryOptions<RunLine[]>({
      queryKey: ['run', run, 'log'],
      queryFn: async ({ client, queryKey, signal }) =>
        withLines(await askLog(run, signal), client.getQueryData<RunLine[]>(queryKey) ?? []),
    }),
  pipelineVersion: (version: string) =>
    query(['pipeline-version', version], getPipelineVersion, { params: { version } }),
  pipelines: (project: string) => query(['pipelines', project], listPipelines, { params: { project } }),
  pipelineVersions: (project: string, pipeline: string) =>
    query(['pipelines', project, pipeline], listPipelineVersions, { params: { project, pipeline } }),
  models: (project: string) => query(['models', project], listModels, { params: { project } }),
  model: (project: string, model: string) =>
    query(['models', project, model], getModel, { params: { project, model } }),
  modelVersion: (version: string) =>
    query(['model-version', version], getModelVersion, { params: { version } }),
  endpoints: (project: string) => query(['endpoints', project], listEndpoints, { query: { project } }),
  endpoint: (endpoint: string) => query(['endpoint', endpoint], getEndpoint, { params: { endpoint } }),
  traffic: (endpoint: string) =>
    query(['endpoint', endpoint, 'traffic'], getEndpointTraffic, { params: { endpoint } }),
  batches: (endpoint: string) =>
    queryOptions({
      ...query(['endpoint', endpoint, 'batches'], listBatches, { params: { endpoint } }),
      refetchInterval: ({ state: { data } }) => (data?.some(({ state }) => !isOver(state)) ? 1000 : false),
    }),
  weights: () => query(['weights'], listWeights, {}),
  queue: () => ({ ...query(['queue'], getQueue, {}), refetchInterval: 5000 }),
  attempts: () => query(['attempts'], listAttempts, {}),
  runners: () => ({ ...query(['runners'], listRunners, {}), refetchInterval: 5000 }),
};

/** A retry helps when the server was away, never when it said no. */
export function shouldRetry(failures: number, error: Error): boolean {
  return failures < 2 && error instanceof AppError && error.code === 'unavailable';
}

export function applyLiveEvent(cache: QueryClient, event: LiveEvent): void {
  if (event.type === 'run') {
    const { queryKey } = queries.run(event.run.id);
    // an answer that is still on its way was given before this
    void cache.cancelQueries({ queryKey, exact: true });
    cache.setQueryData(queryKey, event.run);
    for (const key of ['runs', 'team'])
      cache.setQueriesData<Run[]>({ queryKey: [key] }, (runs) =>
        runs?.map((run) => (run.id === event.run.id ? event.run : run)),
      );
    putRunIntoLists(cache, event.run);
  } else if (event.type === 'metrics') {
    cache.setQueryData<RunCurves>(queries.runCurves(event.run).queryKey, (known) =>
      appendPoints(known ?? new Map(), event.points),
    );
  } else if (event.type === 'snapshot') {
    cache.setQueryData<Snapshot[]>(queries.runSnapshots(event.run).queryKey, (known = []) =>
      withSnapshot(known, event.snapshot),
    );
  } else if (event.type === 'log') {
    const lines = event.lines.map((line) => ({ fence: event.fence, ...line }));
    cache.setQueryData<RunLine[]>(queries.runLog(event.run).queryKey, (known = []) =>
      withLines(known, lines),
    );
  } else if (event.type === 'traffic') {
    cache.setQueryData<Traffic>(
      queries.traffic(event.endpoint).queryKey,
      (traffic) => traffic && addTraffic(traffic, event.traffic),
    );
  }
}

/** In the order of steps, one for each; of too many the server has dropped some, and the page some of its own. */
export function withSnapshot(known: readonly Snapshot[], latest: Snapshot): Snapshot[] {
  const others = known.filter(({ step }) => step !== latest.step);
  const all = [...others, latest].sort((a, b) => a.step - b.step);
  return all.length > 2 * SNAPSHOTS_KEPT ? all.filter((_, i) => i % 2 === 0 || i === all.length - 1) : all;
}
