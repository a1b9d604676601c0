/** Health, session, tokens, projects. */
import * as routes from '../../shared/api/routes/projects.ts';
import { AppError } from '../../shared/errors.ts';
import { type App, serve } from '../contract.ts';
import { ping } from '../store/db.ts';
import { createProject, getProject, listProjects } from '../store/projects.ts';
import { createToken, listTokens, readSession, revokeToken } from '../store/tokens.ts';
import { VERSION } from '../version.ts';

export function serveProjects(app: App): void {
  serve(app, routes.getHealth, async (_, { db }) => {
    await ping(db);
    return { status: 'ok' as const, version: VERSION };
  });
  serve(app, routes.getSession, (_, { db, caller }) => readSession(db, caller));
  serve(app, routes.createToken, async ({ body }, { db, workspace }) => {
    if ((body.scope === 'endpoint') !== (body.endpoint !== null))
      throw new AppError(
        'invalid_request',
        'body.endpoint: expected the name of an endpoint for scope "endpoint", and null for others',
      );
    const expiresAt = body.expiresAt && new Date(body.expiresAt).toISOString(); // always to the millisecond
    if (expiresAt && expiresAt <= new Date().toISOString())
      throw new AppError(
        'invalid_request',
        `body.expiresAt: ${expiresAt} has passed; expected a time to come, or null`,
      );
    return createToken(db, workspace, { ...body, expiresAt });
  });
  serve(app, routes.listTokens, (_, { db, workspace }) => listTokens(db, workspace));
  serve(app, routes.revokeToken, async ({ params: { token } }, { db, workspace, caller }) => {
    if (token === caller.token)
      throw new AppError('conflict', `token: ${token} is the one that asks; expected another`);
    await revokeToken(db, workspace, token);
  });
  serve(app, routes.listProjects, (_, { db, workspace }) => listProjects(db, workspace));
  serve(app, routes.createProject, ({ body }, { db, workspace }) => createProject(db, workspace, body));
  serve(app, routes.getProject, ({ params }, { db, workspace }) => getProject(db, workspace, params.project));
}
