/** What was fetched of endpoints, kept in the browser for when the server cannot be reached. Without Cache Storage nothing is. */

const CACHE = 'trainyard-endpoints';

const opened = async (): Promise<Cache | null> =>
  typeof caches === 'undefined' ? null : caches.open(CACHE).catch(() => null);

export async function findKept(url: string): Promise<Uint8Array<ArrayBuffer> | null> {
  const found = await (await opened())?.match(url).catch(() => undefined);
  return found ? new Uint8Array(await found.arrayBuffer()) : null;
}

/** A browser that is full keeps less, which is no reason to fail. */
export async function keep(url: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  await (await opened())?.put(url, new Response(bytes)).catch(() => {});
}

/** Forgets what begins with `prefix` but for `urls`. */
export async function keepOnly(prefix: string, urls: ReadonlySet<string>): Promise<void> {
  const cache = await opened();
  for (const { url } of (await cache?.keys()) ?? [])
    if (url.startsWith(prefix) && !urls.has(url)) await cache?.delete(url);
}
