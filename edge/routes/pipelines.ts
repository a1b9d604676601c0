/** Pipelines and their versions. */
import * as routes from '../../shared/api/routes/pipelines.ts';
import { pipelineJsonSchema } from '../../shared/definition/json-schema.ts';
import { type App, serve } from '../contract.ts';
import {
  addPipelineVersion,
  getPipelineVersion,
  listPipelines,
  listPipelineVersions,
} from '../store/pipelines.ts';

export function servePipelines(app: App): void {
  serve(app, routes.putPipeline, ({ params, body }, { db, workspace }) =>
    addPipelineVersion(db, workspace, params.project, params.pipeline, body),
  );
  serve(app, routes.listPipelines, ({ params }, { db, workspace }) =>
    listPipelines(db, workspace, params.project),
  );
  serve(app, routes.listPipelineVersions, ({ params }, { db, workspace }) =>
    listPipelineVersions(db, workspace, params.project, params.pipeline),
  );
  serve(app, routes.getPipelineSchema, async () => pipelineJsonSchema());
  serve(app, routes.getPipelineVersion, ({ params }, { db, workspace }) =>
    getPipelineVersion(db, workspace, params.version),
  );
}
