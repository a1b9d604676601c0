/** Which model versions an endpoint serves, in an isolate's memory and renewed behind the answers. */
import { AppError } from '../../shared/errors.ts';
import type { Deployment } from '../../shared/schema/endpoint.ts';
import type { Db } from '../store/db.ts';
import { getEndpoint } from '../store/endpoints.ts';
import { createSwrCache } from '../swr-cache.ts';

const cache = createSwrCache<Deployment[]>({
  freshMs: 1000,
  staleMs: 10_000,
  graceMs: 60_000,
  maxEntries: 10_000,
});

/** What `endpoint` serves. Throws AppError `not_found`. */
export async function servedAt(
  db: () => Db,
  behind: (work: Promise<unknown>) => void,
  workspace: string,
  endpoint: string,
): Promise<Deployment[]> {
  const load = async () => {
    try {
      return (await getEndpoint(db(), workspace, endpoint)).deployments;
    } catch (error) {
      if (error instanceof AppError && error.code === 'not_found') return null;
      throw error;
    }
  };
  const served = await cache.get(`${workspace}/${endpoint}`, load, behind);
  if (!served) throw new AppError('not_found', `there is no endpoint "${endpoint}"`);
  return served;
}
