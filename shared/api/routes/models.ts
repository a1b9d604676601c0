/** The registry: models, versions, aliases, artifacts. */
import * as z from 'zod';
import { idOf, Name } from '../../schema/id.ts';
import { Model, ModelVersion } from '../../schema/model.ts';
import { route } from '../route.ts';
import { ProjectParams } from './projects.ts';

const tag = 'Models';
const ModelParams = ProjectParams.extend({ model: Name });

export const listModels = route({
  method: 'get',
  path: '/v1/projects/{project}/models',
  tag,
  summary: 'Models of a project, newest first',
  scopes: ['owner'],
  params: ProjectParams,
  reply: z.array(Model),
  errors: ['not_found'],
});

export const getModel = route({
  method: 'get',
  path: '/v1/projects/{project}/models/{model}',
  tag,
  summary: 'A model and all its versions, newest first',
  scopes: ['owner'],
  params: ModelParams,
  reply: Model.extend({ versions: z.array(ModelVersion) }),
  errors: ['not_found'],
});

export const putModelAlias = route({
  method: 'put',
  path: '/v1/projects/{project}/models/{model}/aliases/{alias}',
  tag,
  summary: 'Point an alias such as `champion` at a version',
  scopes: ['owner'],
  params: ModelParams.extend({ alias: Name }),
  body: z.strictObject({ version: z.int().min(1) }),
  reply: Model,
  errors: ['not_found'],
});

export const getModelVersion = route({
  method: 'get',
  path: '/v1/model-versions/{version}',
  tag,
  summary: 'One version of a model',
  scopes: ['owner'],
  params: z.object({ version: idOf('modelVersion') }),
  reply: ModelVersion,
  errors: ['not_found'],
});

export const getModelArtifact = route({
  method: 'get',
  path: '/v1/model-versions/{version}/artifact',
  tag,
  summary: 'The artifact: a zip with manifest, fitted pipeline, TensorFlow.js model and metrics',
  scopes: ['owner', 'runner'],
  params: z.object({ version: idOf('modelVersion') }),
  reply: 'bytes',
  errors: ['not_found'],
});
