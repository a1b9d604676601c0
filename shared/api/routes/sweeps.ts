/** Searches for better definitions, each trial a run of its own. */
import * as z from 'zod';
import { idOf, Name } from '../../schema/id.ts';
import { JobOptions } from '../../schema/job.ts';
import { Sweep, SweepDetail } from '../../schema/sweep-view.ts';
import { Search } from '../../tune/search.ts';
import { route } from '../route.ts';
import { ProjectParams } from './projects.ts';

const tag = 'Sweeps';
const SweepParams = z.object({ sweep: idOf('sweep') });

export const createSweep = route({
  method: 'post',
  path: '/v1/projects/{project}/sweeps',
  tag,
  summary: 'Search around a definition, or over all templates that fit, under a budget',
  scopes: ['owner'],
  params: ProjectParams,
  body: z.strictObject({
    name: z.string().min(1).max(100),
    datasetVersion: idOf('datasetVersion'),
    /** Name that the trials' models are registered under. */
    model: Name,
    search: Search,
    /** How the trials' jobs are queued. */
    queue: JobOptions.omit({ after: true, notBefore: true }).prefault({}),
    /** Of a runner, in any money: what a trial costs is its training time by this. */
    pricePerHour: z.number().min(0).optional(),
  }),
  reply: Sweep,
  status: 201,
  errors: ['not_found', 'invalid_pipeline', 'invalid_data'],
});

export const listSweeps = route({
  method: 'get',
  path: '/v1/projects/{project}/sweeps',
  tag,
  summary: 'Searches of a project, newest first',
  scopes: ['owner'],
  params: ProjectParams,
  reply: z.array(Sweep),
  errors: ['not_found'],
});

export const getSweep = route({
  method: 'get',
  path: '/v1/sweeps/{sweep}',
  tag,
  summary: 'A search with its trials, and what it has found',
  scopes: ['owner'],
  params: SweepParams,
  reply: SweepDetail,
  errors: ['not_found'],
});

export const stopSweep = route({
  method: 'post',
  path: '/v1/sweeps/{sweep}/stop',
  tag,
  summary: 'Try nothing more, and stop the trials that run',
  scopes: ['owner'],
  params: SweepParams,
  reply: Sweep,
  errors: ['not_found', 'conflict'],
});

export const resumeSweep = route({
  method: 'post',
  path: '/v1/sweeps/{sweep}/resume',
  tag,
  summary: 'Go on with a stopped search, as if it had never been stopped',
  scopes: ['owner'],
  params: SweepParams,
  reply: Sweep,
  errors: ['not_found', 'conflict'],
});
