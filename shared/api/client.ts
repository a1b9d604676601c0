/** The typed client, the same in the tab, the CLI, the runner and tests: `api.call(getRun, { params: { run } })`. */
import { AppError, ERROR_STATUS, type ErrorCode } from '../errors.ts';
import type { Route, RouteInput, RouteReply } from './route.ts';

export interface ClientOptions {
  /** Origin of the server, such as `http://127.0.0.1:8787`; empty for the page's own. */
  baseUrl: string;
  token?: string;
  fetch?: typeof fetch;
}

export interface CallOptions {
  signal?: AbortSignal;
  /** Sent to its end though the page that asks goes away. */
  keepalive?: boolean;
}

export interface Client {
  readonly baseUrl: string;
  readonly token: string | undefined;
  /** Throws AppError with the server's code and message, or `unavailable` when it cannot be reached. */
  call<R extends Route>(route: R, input: RouteInput<R>, options?: CallOptions): Promise<RouteReply<R>>;
}

export function createClient({
  baseUrl,
  token,
  fetch = globalThis.fetch.bind(globalThis),
}: ClientOptions): Client {
  return {
    baseUrl,
    token,
    async call(route, input, options = {}) {
      const request = buildRequest(baseUrl, token, route, input as Loose);
      const { signal = null, keepalive = false } = options;
      const response = await fetch(request.url, { ...request.init, signal, keepalive }).catch((cause) => {
        if (signal?.aborted) throw cause;
        throw new AppError(
          'unavailable',
          `cannot reach ${baseUrl || 'the server'}: is Trainyard running? (npm start)`,
          { cause },
        );
      });
      if (!response.ok) throw await errorOf(response);
      type Reply = RouteReply<typeof route>;
      if (route.reply === 'bytes') return response as Reply;
      if (route.reply === undefined) return undefined as Reply;
      return route.reply.parse(await response.json()) as Reply;
    },
  };
}

interface Loose {
  params?: Record<string, string>;
  query?: Record<string, unknown>;
  body?: unknown;
  headers?: Record<string, string>;
}

function buildRequest(baseUrl: string, token: string | undefined, route: Route, input: Loose) {
  const path = route.path.replace(/\{(\w+)\}/g, (_, key: string) =>
    encodeURIComponent(input.params?.[key] ?? ''),
  );
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(input.query ?? {}))
    if (value !== undefined) query.set(key, String(value));
  const headers: Record<string, string> = { ...input.headers };
  if (token) headers.authorization = `Bearer ${token}`;
  const init: RequestInit & { duplex?: 'half' } = { method: route.method.toUpperCase(), headers };
  if (route.body === 'bytes') {
    init.body = input.body as BodyInit;
    if (input.body instanceof ReadableStream) init.duplex = 'half';
  } else if (route.body) {
    headers['content-type'] = 'application/json';
    init.body = JSON.stringify(input.body);
  }
  return { url: `${baseUrl}${path}${query.size > 0 ? `?${query}` : ''}`, init };
}

async function errorOf(response: Response): Promise<AppError> {
  const body: unknown = await response.json().catch(() => null);
  const error = (
    body as { error?: { code?: string; message?: string; details?: Record<string, unknown> } } | null
  )?.error;
  const code = error?.code && error.code in ERROR_STATUS ? (error.code as ErrorCode) : 'internal';
  const message = error?.message ?? `the server answered ${response.status} ${response.statusText}`;
  return new AppError(code, message, {
    status: response.status,
    ...(error?.details ? { details: error.details } : {}),
  });
}
