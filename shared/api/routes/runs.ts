/** Runs as their owner sees them. */
import * as z from 'zod';
import { AveragingOptions } from '../../schema/averaging.ts';
import { idOf, Name } from '../../schema/id.ts';
import { JobOptions, LogLine } from '../../schema/job.ts';
import { CurveName, METRIC_NAMES, MetricPoint, Split } from '../../schema/metric.ts';
import { Place, Run, RunState } from '../../schema/run.ts';
import { Snapshot } from '../../schema/snapshot.ts';
import { route } from '../route.ts';
import { ProjectParams } from './projects.ts';

const tag = 'Runs';
export const RunSort = z.enum(['created', ...METRIC_NAMES]);
export type RunSort = z.infer<typeof RunSort>;
/** In one answer. */
const MOST_POINTS = 100_000;
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
    /** How its job is queued. */
    queue: JobOptions.prefault({}),
    /** Several workers train it together, each a run of its own; the one that is answered with leads them. */
    averaging: AveragingOptions.optional(),
  }),
  reply: Run,
  status: 201,
  errors: ['not_found', 'invalid_pipeline', 'conflict'],
});

export const cloneRun = route({
  method: 'post',
  path: '/v1/runs/{run}/clone',
  tag,
  summary: 'Queue the same training once more, from its beginning',
  scopes: ['owner'],
  params: RunParams,
  body: z.strictObject({
    on: Place.optional(),
    model: Name.optional(),
    name: z.string().max(100).optional(),
    queue: JobOptions.prefault({}),
  }),
  reply: Run,
  status: 201,
  errors: ['not_found', 'invalid_pipeline', 'conflict'],
});

export const listRuns = route({
  method: 'get',
  path: '/v1/projects/{project}/runs',
  tag,
  summary: 'Runs of a project, newest first or best first by a test metric',
  scopes: ['owner'],
  params: ProjectParams,
  query: z.object({
    limit: z.coerce.number().int().min(1).max(500).default(100),
    /** What comes behind this run in the order asked for. */
    before: idOf('run').optional(),
    /** Part of the name, of the model's or of the id, whatever the case. */
    search: z.string().min(1).max(200).optional(),
    state: RunState.optional(),
    /** By a metric, those that lack it come last. */
    sort: RunSort.default('created'),
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
  query: z.object({
    split: Split.optional(),
    name: CurveName.optional(),
    /** What comes behind this step; of one curve. */
    after: z.coerce.number().int().optional(),
    limit: z.coerce.number().int().min(1).max(MOST_POINTS).default(MOST_POINTS),
  }),
  reply: z.array(MetricPoint),
  errors: ['not_found', 'too_large'],
});

export const getRunOverview = route({
  method: 'get',
  path: '/v1/runs/{run}/metrics/overview',
  tag,
  summary: "The run's curves; of a run with many points some of each curve, spread over its steps",
  scopes: ['owner'],
  params: RunParams,
  reply: z.object({
    /** All of its points are there. */
    isWhole: z.boolean(),
    points: z.array(MetricPoint),
  }),
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

const LINE = /^(\d+)\.(\d+)$/;

export const getRunLog = route({
  method: 'get',
  path: '/v1/runs/{run}/log',
  tag,
  summary: 'What its training process and its runner said, attempt by attempt',
  scopes: ['owner'],
  params: RunParams,
  query: z.object({
    search: z.string().min(1).max(200).optional(),
    /** Only what comes behind this line: `FENCE.LINE`. */
    after: z
      .string()
      .regex(LINE, 'expected FENCE.LINE, such as 1.20')
      .transform((text) => {
        const [, fence, line] = LINE.exec(text)!;
        return { fence: Number(fence), line: Number(line) };
      })
      .optional(),
    limit: z.coerce.number().int().min(1).max(5000).default(1000),
  }),
  reply: z.array(LogLine.extend({ fence: z.int() })),
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
