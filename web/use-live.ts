/** Follows topics while a page is shown: events go into the query cache, and what was missed while away is read anew. */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useState } from 'react';
import { openLive } from '../shared/api/live.ts';
import { applyLiveEvent } from './queries.ts';
import { api } from './session.ts';

/** Where every event makes what is shown untrue, it is read again this often at most, milliseconds. */
const REREAD_MS = 1000;

/**
 * Returns whether events arrive. `topics`: as in `LiveTopic`, by commas. `refresh`: the query keys to read again whenever the connection
 * opens, and with `onEvents` after events too.
 */
export function useLive(
  topics: string,
  refresh: readonly (readonly unknown[])[],
  { onEvents = false } = {},
): boolean {
  const cache = useQueryClient();
  const [open, setOpen] = useState(false);
  const reread = useEffectEvent(() => {
    for (const queryKey of refresh) void cache.invalidateQueries({ queryKey, exact: true });
  });
  useEffect(() => {
    const { baseUrl, token } = api();
    let later: ReturnType<typeof setTimeout> | undefined;
    const rereadLater = () => {
      later ??= setTimeout(() => {
        later = undefined;
        reread();
      }, REREAD_MS);
    };
    const live = openLive(
      { baseUrl, token, topics: topics.split(',') },
      (event) => {
        applyLiveEvent(cache, event);
        if (onEvents) rereadLater();
      },
      (state) => {
        setOpen(state === 'open');
        if (state === 'open') reread();
      },
    );
    return () => {
      clearTimeout(later);
      live.close();
    };
  }, [cache, topics, onEvents]);
  return open;
}
