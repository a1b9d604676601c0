/** Session, tokens, projects. */
import * as z from 'zod';
import { idOf, Name, Timestamp } from '../../schema/id.ts';
import { NewToken, Project, ProjectCounts, Session, Token, TokenScope } from '../../schema/project.ts';
import { route } from '../route.ts';

const tag = 'Projects';
export const ProjectParams = z.object({ project: Name });

export const getHealth = route({
  method: 'get',
  path: '/v1/health',
  tag: 'Server',
  summary: 'Whether the server and its database are ready',
  scopes: [],
  reply: z.object({ status: z.literal('ok'), version: z.string() }),
  errors: ['unavailable'],
});

export const getSession = route({
  method: 'get',
  path: '/v1/session',
  tag,
  summary: "The token's workspace and scope",
  scopes: ['owner', 'runner', 'endpoint'],
  reply: Session,
});

export const createToken = route({
  method: 'post',
  path: '/v1/tokens',
  tag,
  summary: 'Make a token; its secret is shown this once',
  scopes: ['owner'],
  body: z.strictObject({
    name: z.string().min(1).max(100),
    scope: TokenScope,
    endpoint: Name.nullable().default(null),
    expiresAt: Timestamp.nullable().default(null),
  }),
  reply: NewToken,
  status: 201,
});

export const listTokens = route({
  method: 'get',
  path: '/v1/tokens',
  tag,
  summary: 'Tokens of the workspace, without their secrets',
  scopes: ['owner'],
  reply: z.array(Token),
});

export const revokeToken = route({
  method: 'delete',
  path: '/v1/tokens/{token}',
  tag,
  summary: 'Revoke a token: within seconds it opens nothing any more',
  scopes: ['owner'],
  params: z.object({ token: idOf('token') }),
  errors: ['not_found', 'conflict'],
});

export const listProjects = route({
  method: 'get',
  path: '/v1/projects',
  tag,
  summary: 'Projects, newest first, with counts of what they hold',
  scopes: ['owner'],
  reply: z.array(Project.extend({ counts: ProjectCounts })),
});

export const createProject = route({
  method: 'post',
  path: '/v1/projects',
  tag,
  summary: 'Make a project',
  scopes: ['owner'],
  body: z.strictObject({ name: Name, description: z.string().max(500).default('') }),
  reply: Project,
  status: 201,
  errors: ['conflict'],
});

export const getProject = route({
  method: 'get',
  path: '/v1/projects/{project}',
  tag,
  summary: 'One project',
  scopes: ['owner'],
  params: ProjectParams,
  reply: Project.extend({ counts: ProjectCounts }),
  errors: ['not_found'],
});
