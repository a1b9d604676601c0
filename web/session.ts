/**
 * Who is using the page: the token, kept in this browser, and the API client made from it. A sign-in link carries the
 * token in its fragment, which no server sees; it is taken out of the address at once.
 */
import { type Client, createClient } from '../shared/api/client.ts';

const KEY = 'trainyard.token';

/** Moves `#token=…` from the address into storage; says whether there was one. */
export function takeTokenFromAddress(): boolean {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (!token) return false;
  localStorage.setItem(KEY, token);
  history.replaceState(null, '', location.pathname + location.search);
  return true;
}

export function storedToken(): string | null {
  return localStorage.getItem(KEY);
}

export function signIn(token: string): void {
  localStorage.setItem(KEY, token);
}

export function signOut(): void {
  localStorage.removeItem(KEY);
}

let current: { token: string | null; client: Client } | undefined;

/** The client for the stored token; the API is on the page's own origin. */
export function api(): Client {
  const token = storedToken();
  if (current?.token !== token) {
    current = { token, client: createClient({ baseUrl: location.origin, ...(token ? { token } : {}) }) };
  }
  return current!.client;
}
