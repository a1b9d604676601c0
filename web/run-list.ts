/** A project's runs as its page lists them, a page at a time, as a TanStack query; and how live events land in it. */
import {
  type InfiniteData,
  infiniteQueryOptions,
  keepPreviousData,
  type QueryClient,
} from '@tanstack/react-query';
import { listRuns, type RunSort } from '../shared/api/routes/runs.ts';
import type { Run, RunState } from '../shared/schema/run.ts';
import { api } from './session.ts';

const PAGE = 100;
const KEY = 'run-list';

export interface RunFilter {
  search: string;
  state: RunState | 'any';
  sort: RunSort;
}

export function runList(project: string, { search, state, sort }: RunFilter) {
  const words = search.trim().slice(0, 200);
  return infiniteQueryOptions({
    queryKey: [KEY, project, words, state, sort],
    queryFn: ({ pageParam, signal }) =>
      api().call(
        listRuns,
        {
          params: { project },
          query: {
            ...{ limit: PAGE, sort },
            ...(words && { search: words }),
            ...(state !== 'any' && { state }),
            ...(pageParam && { before: pageParam }),
          },
        },
        { signal },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page: Run[]) => (page.length < PAGE ? null : page.at(-1)!.id),
    placeholderData: keepPreviousData,
  });
}

/** A run where it stands; one that was just queued may stand in any list, which is read anew. */
export function putRunIntoLists(cache: QueryClient, run: Run): void {
  let isKnown = false;
  cache.setQueriesData<InfiniteData<Run[], string | null>>({ queryKey: [KEY] }, (list) => {
    if (!list?.pages.some((page) => page.some(({ id }) => id === run.id))) return list;
    isKnown = true;
    return { ...list, pages: list.pages.map((page) => page.map((one) => (one.id === run.id ? run : one))) };
  });
  if (run.state === 'queued' && !isKnown) void cache.invalidateQueries({ queryKey: [KEY] });
}
