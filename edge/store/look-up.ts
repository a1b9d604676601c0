/** What a prediction looks up: who calls, and what an endpoint serves; each one statement, by the columns of `schema.ts`. */
import type { Deployment } from '../../shared/schema/endpoint.ts';
import type { InferenceGraph } from '../../shared/schema/inference-graph.ts';
import type { TokenScope } from '../../shared/schema/project.ts';
import { hashSecret } from './hash-secret.ts';
import { type Database, queryRows, type Row } from './query.ts';

/** Who calls. */
export interface Caller {
  workspace: string;
  token: string;
  scope: TokenScope;
  /** Scope `endpoint`: the one endpoint it may call. */
  endpoint: string | null;
}

/** The one read that has no workspace to begin with: it finds it. */
export async function findCaller(database: Database, secret: string): Promise<Caller | null> {
  const sql =
    'SELECT workspace, id AS token, scope, endpoint FROM tokens WHERE hash = ? AND (expires_at IS NULL OR expires_at > ?)';
  const [row] = await queryRows(database, sql, [await hashSecret(secret), new Date().toISOString()]);
  return (row as unknown as Caller | undefined) ?? null;
}

const SERVED = `
  SELECT e.graph, d.traffic, d.precision, v.id, v.model, m.name, v.version, v.run, v.artifact, v.size, v.metrics, v.inputs, v.output,
    v.precisions, v.created_at AS createdAt
  FROM endpoints e
  JOIN deployments d ON d.workspace = e.workspace AND d.endpoint = e.id
  JOIN model_versions v ON v.workspace = d.workspace AND v.id = d.model_version
  JOIN models m ON m.workspace = v.workspace AND m.id = v.model
  WHERE e.workspace = ? AND e.name = ?
  ORDER BY d.position`;

interface FoundServed {
  deployments: Deployment[];
  graph: InferenceGraph | null;
}

/** Null where there is no such endpoint: each serves something. */
export async function findServed(
  database: Database,
  workspace: string,
  endpoint: string,
): Promise<FoundServed | null> {
  const rows = await queryRows(database, SERVED, [workspace, endpoint]);
  const [first] = rows;
  return first
    ? { deployments: rows.map(deploymentOf), graph: read(first.graph) as InferenceGraph | null }
    : null;
}

const read = (json: Row[string] | undefined): unknown => json && JSON.parse(String(json));

function deploymentOf({
  graph: _,
  traffic,
  precision,
  metrics,
  inputs,
  output,
  precisions,
  ...rest
}: Row): Deployment {
  const parsed = {
    metrics: read(metrics),
    inputs: read(inputs),
    output: read(output),
    precisions: read(precisions),
  };
  return { traffic, precision, modelVersion: { ...rest, ...parsed } } as unknown as Deployment;
}
