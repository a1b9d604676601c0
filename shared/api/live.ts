/**
 * Live events by WebSocket, in the tab, in its workers and in Node 22. It reconnects by itself; whatever happened while it
 * was away is not sent again, so a caller reads the present state anew at every `open`.
 */
import { LiveEvent } from '../schema/live.ts';

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 15_000;

export interface LiveOptions {
  /** Origin of the server; empty for the page's own. */
  baseUrl: string;
  token: string | undefined;
  /** See `LiveTopic`. */
  topics: readonly string[];
  WebSocket?: typeof WebSocket;
}

export interface Live {
  close(): void;
}

export function openLive(
  { baseUrl, token, topics, WebSocket = globalThis.WebSocket }: LiveOptions,
  onEvent: (event: LiveEvent) => void,
  onState?: (state: 'open' | 'closed') => void,
): Live {
  const url = new URL('/v1/live', baseUrl || globalThis.location.origin);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.search = `topics=${topics.join(',')}`;
  const protocols = ['trainyard.v1', ...(token ? [`bearer.${token}`] : [])];

  let socket: WebSocket;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let ended = false;

  connect();
  return {
    close() {
      ended = true;
      clearTimeout(retry);
      socket.close();
    },
  };

  function connect() {
    socket = new WebSocket(url, protocols);
    socket.onopen = () => {
      if (ended) return socket.close();
      failures = 0;
      onState?.('open');
    };
    socket.onmessage = ({ data }) => {
      const event = parseLiveEvent(data);
      if (event && !ended) onEvent(event);
    };
    // An error is always followed by a close.
    socket.onclose = () => {
      if (ended) return;
      onState?.('closed');
      if (!ended) retry = setTimeout(connect, retryDelay(failures++));
    };
  }
}

/** Null for what is not a live event: a newer server may send kinds that this client does not know. */
export function parseLiveEvent(data: unknown): LiveEvent | null {
  if (typeof data !== 'string') return null;
  try {
    return LiveEvent.safeParse(JSON.parse(data)).data ?? null;
  } catch {
    return null;
  }
}

/** Milliseconds to wait after `failures` failures in a row: doubling, with jitter so that clients do not return as one. */
export function retryDelay(failures: number, random: () => number = Math.random): number {
  const longest = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures);
  return longest * (0.5 + random() / 2);
}
