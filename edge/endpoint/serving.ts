/** What an endpoint serves, in an isolate's memory and renewed behind the answers. */
import { AppError } from '../../shared/errors.ts';
import type { RunnableGraph } from '../../shared/inference-graph/run-graph.ts';
import type { Deployment } from '../../shared/schema/endpoint.ts';
import type { InferenceGraph } from '../../shared/schema/inference-graph.ts';
import type { ModelFace } from '../../shared/schema/model.ts';
import { NAME_PATTERN } from '../../shared/schema/name-pattern.ts';
import { findServed } from '../store/look-up.ts';
import type { Database } from '../store/query.ts';
import { createSwrCache } from '../swr-cache.ts';

export interface Served {
  deployments: readonly Deployment[];
  /** Answers instead of the deployments, which are what it runs. */
  graph: ServedGraph | null;
}

export interface ServedGraph extends ModelFace, Pick<RunnableGraph, 'run'> {
  graph: InferenceGraph;
}

const cache = createSwrCache<Served>({
  freshMs: 1000,
  staleMs: 10_000,
  graceMs: 60_000,
  maxEntries: 10_000,
});

/** What `endpoint` serves. Throws AppError `not_found`. */
export async function servedAt(
  database: Database,
  behind: (work: Promise<unknown>) => void,
  workspace: string,
  endpoint: string,
): Promise<Served> {
  const load = async (): Promise<Served | null> => {
    const found = await findServed(database, workspace, endpoint);
    if (!found?.graph) return found && { deployments: found.deployments, graph: null };
    const { serveGraph } = await import('./serve-graph.ts');
    return { deployments: found.deployments, graph: serveGraph(endpoint, found.graph, found.deployments) };
  };
  // what cannot be a name may be no text that a database takes either
  const served = NAME_PATTERN.test(endpoint)
    ? await cache.get(`${workspace}/${endpoint}`, load, behind)
    : null;
  if (!served) throw new AppError('not_found', `there is no endpoint "${endpoint}"`);
  return served;
}
