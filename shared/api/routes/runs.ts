/** Runs as their owner sees them. */
import * as z from 'zod';
import { idOf, Name } from '../../schema/id.ts';
import { MetricPoint } from '../../schema/metric.ts';
import { Place, Run } from '../../schema/run.ts';
import { Snapshot } from '../../schema/snapshot.ts';
import { route } from '../route.ts';
import { ProjectParams } from './projects.ts';

const tag = 'Runs';
const RunParams = z.object({ run: idOf('run') });

export const createRun = route({
  method: 'post',
  path: '/v1/projects/{project}/runs',
  tag,
  summary: 'Queue a run; its job waits for a runner, or for the tab that asked',
  scopes: ['owner'],
  params: ProjectParams,
  body: z.strictObject({
    datasetVersion: idOf('datasetVersion'),
    pipelineVersion: idOf('pipelineVersion'),
    /** Name the trained model is registered under. */
    model: Name,
    on: Place,
    name: z.string().max(100).optional(),
    /** Goes on from the last checkpoint of this run: its definition may differ only in how long and how fast it learns. */
    from: idOf('run').optional(),
  }),
  reply: Run,
  status: 201,
  errors: ['not_found', 'invalid_pipeline', 'conflict'],
});

export const listRuns = route({
  method: 'get',
  path: '/v1/projects/{project}/runs',
  tag,
  summary: 'Runs of a project, newest first',
  scopes: ['owner'],
  params: ProjectParams,
  query: z.object({
    limit: z.coerce.number().int().min(1).max(500).default(100),
    before: idOf('run').optional(),
  }),
  reply: z.array(Run),
  errors: ['not_found'],
});

export const getRun = route({
  method: 'get',
  path: '/v1/runs/{run}',
  tag,
  summary: 'One run',
  scopes: ['owner', 'runner'],
  params: RunParams,
  reply: Run,
  errors: ['not_found'],
});

export const getRunMetrics = route({
  method: 'get',
  path: '/v1/runs/{run}/metrics',
  tag,
  summary: "The run's curves, by step",
  scopes: ['owner'],
  params: RunParams,
  reply: z.array(MetricPoint),
  errors: ['not_found'],
});

export const getRunSnapshots = route({
  method: 'get',
  path: '/v1/runs/{run}/snapshots',
  tag,
  summary:
    'What the model said on the way, by step: sample predictions, confusion matrix, decision surface, weights',
  scopes: ['owner'],
  params: RunParams,
  reply: z.array(Snapshot),
  errors: ['not_found'],
});

export const stopRun = route({
  method: 'post',
  path: '/v1/runs/{run}/stop',
  tag,
  summary: 'Ask a run to stop: a queued one ends at once, a running one at its next step',
  scopes: ['owner'],
  params: RunParams,
  reply: Run,
  errors: ['not_found'],
});

export const finishRun = route({
  method: 'post',
  path: '/v1/runs/{run}/finish',
  tag,
  summary: 'Ask a running run to end its training early, and to keep what it has learnt',
  scopes: ['owner'],
  params: RunParams,
  reply: Run,
  errors: ['not_found', 'conflict'],
});

export const resumeRun = route({
  method: 'post',
  path: '/v1/runs/{run}/resume',
  tag,
  summary: 'Queue a stopped or failed run again, from its last checkpoint',
  scopes: ['owner'],
  params: RunParams,
  body: z.strictObject({ on: Place.optional() }),
  reply: Run,
  errors: ['not_found', 'conflict'],
});
