/** Pipelines and their versions; a version is a spec, named by the hash of its canonical form. */
import * as z from 'zod';
import { PipelineSpec } from '../../definition/pipeline-spec.ts';
import { idOf, Name, Sha256, Timestamp } from '../../schema/id.ts';
import { route } from '../route.ts';
import { ProjectParams } from './projects.ts';

const tag = 'Pipelines';

export const PipelineVersion = z.object({
  id: idOf('pipelineVersion'),
  pipeline: idOf('pipeline'),
  name: Name,
  version: z.int(),
  hash: Sha256,
  spec: PipelineSpec,
  createdAt: Timestamp,
});
export type PipelineVersion = z.infer<typeof PipelineVersion>;

export const putPipeline = route({
  method: 'put',
  path: '/v1/projects/{project}/pipelines/{pipeline}',
  tag,
  summary: 'Add a version of a pipeline (same spec: the version there is)',
  scopes: ['owner'],
  params: ProjectParams.extend({ pipeline: Name }),
  body: PipelineSpec,
  reply: PipelineVersion,
  status: 201,
  errors: ['not_found', 'invalid_pipeline'],
});

export const listPipelines = route({
  method: 'get',
  path: '/v1/projects/{project}/pipelines',
  tag,
  summary: 'The newest version of every pipeline of a project',
  scopes: ['owner'],
  params: ProjectParams,
  reply: z.array(PipelineVersion),
  errors: ['not_found'],
});

export const listPipelineVersions = route({
  method: 'get',
  path: '/v1/projects/{project}/pipelines/{pipeline}',
  tag,
  summary: 'All versions of a pipeline, newest first; to restore one, put its spec again',
  scopes: ['owner'],
  params: ProjectParams.extend({ pipeline: Name }),
  reply: z.array(PipelineVersion),
  errors: ['not_found'],
});

export const getPipelineSchema = route({
  method: 'get',
  path: '/v1/schemas/pipeline',
  tag,
  summary: 'What a pipeline definition may be, as JSON Schema (draft 2020-12), for editors and other tools',
  scopes: [],
  reply: z.record(z.string(), z.unknown()),
});

export const getPipelineVersion = route({
  method: 'get',
  path: '/v1/pipeline-versions/{version}',
  tag,
  summary: 'One version of a pipeline',
  scopes: ['owner', 'runner'],
  params: z.object({ version: idOf('pipelineVersion') }),
  reply: PipelineVersion,
  errors: ['not_found'],
});
