/** Workspace (the tenant; its id is part of every key), Project, and the tokens that open a workspace. */
import * as z from 'zod';
import { idOf, Name, Timestamp } from './id.ts';

export const TOKEN_SCOPES = ['owner', 'runner', 'endpoint'] as const;
export const TokenScope = z.enum(TOKEN_SCOPES);
export type TokenScope = z.infer<typeof TokenScope>;

export const Session = z.object({
  workspace: z.object({ id: idOf('workspace'), name: z.string() }),
  scope: TokenScope,
});
export type Session = z.infer<typeof Session>;

export const Token = z.object({
  id: idOf('token'),
  name: z.string(),
  scope: TokenScope,
  /** For scope `endpoint`: the one endpoint it may call. */
  endpoint: Name.nullable(),
  /** It opens nothing from then on; null: until it is revoked. */
  expiresAt: Timestamp.nullable(),
  createdAt: Timestamp,
});
export type Token = z.infer<typeof Token>;

/** The secret is shown once, at making; only its SHA-256 is kept. */
export const NewToken = Token.extend({ secret: z.string() });

export const Project = z.object({
  id: idOf('project'),
  name: Name,
  description: z.string().max(500),
  createdAt: Timestamp,
});
export type Project = z.infer<typeof Project>;

export const ProjectCounts = z.object({
  datasets: z.int(),
  runs: z.int(),
  models: z.int(),
  endpoints: z.int(),
});
