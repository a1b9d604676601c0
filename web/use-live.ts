/** Follows topics while a page is shown: events go into the query cache, and what was missed while away is read anew. */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { openLive } from '../shared/api/live.ts';
import { applyLiveEvent } from './queries.ts';
import { api } from './session.ts';

/** Returns whether events arrive. `refresh`: the query keys to read again whenever the connection opens. */
export function useLive(topic: string, refresh: readonly (readonly unknown[])[]): boolean {
  const cache = useQueryClient();
  const [open, setOpen] = useState(false);
  const keys = JSON.stringify(refresh);
  useEffect(() => {
    const { baseUrl, token } = api();
    const live = openLive(
      { baseUrl, token, topics: [topic] },
      (event) => applyLiveEvent(cache, event),
      (state) => {
        setOpen(state === 'open');
        if (state !== 'open') return;
        for (const queryKey of JSON.parse(keys) as unknown[][])
          void cache.invalidateQueries({ queryKey, exact: true });
      },
    );
    return () => live.close();
  }, [cache, topic, keys]);
  return open;
}
