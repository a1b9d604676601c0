/**
 * A small cache in an isolate's memory that answers at once and renews itself behind the answer (stale while revalidate).
 * Nothing pending is shared between requests: workerd ties I/O to the request that began it.
 */

export interface SwrOptions {
  /** Milliseconds: younger entries are taken as they are. */
  freshMs: number;
  /** Milliseconds: older ones are waited for; between the two, the old value is given and a new one fetched behind it. */
  staleMs: number;
  /** Where none can be fetched, an old value is given until it is so old. */
  graceMs: number;
  /** Least recently used entries go first. */
  maxEntries: number;
}

export interface SwrCache<V> {
  /** `load` gets the value it replaces; null is given on, and not kept. `behind` keeps the request alive for its promise. */
  get(
    key: string,
    load: (previous: V | undefined) => Promise<V | null>,
    behind: (work: Promise<unknown>) => void,
  ): Promise<V | null>;
}

export function createSwrCache<V>({ freshMs, staleMs, graceMs, maxEntries }: SwrOptions): SwrCache<V> {
  const entries = new Map<string, { value: V; at: number; renewing: number }>();

  async function renew(key: string, load: (previous: V | undefined) => Promise<V | null>): Promise<V | null> {
    const at = Date.now();
    const value = await load(entries.get(key)?.value);
    entries.delete(key);
    if (value === null) return null;
    entries.set(key, { value, at, renewing: 0 });
    const oldest = entries.keys().next().value;
    if (entries.size > maxEntries && oldest !== undefined) entries.delete(oldest);
    return value;
  }

  return {
    async get(key, load, behind) {
      const entry = entries.get(key);
      const at = Date.now();
      if (!entry || at - entry.at > graceMs) return renew(key, load);
      if (at - entry.at > staleMs) return renew(key, load).catch(() => entry.value);
      if (at - entry.at > freshMs && at - entry.renewing > freshMs) {
        entry.renewing = at;
        // A renewal that fails leaves the old value until it is too old; the next request tries again.
        behind(renew(key, load).catch(() => undefined));
      }
      entries.delete(key);
      entries.set(key, entry);
      return entry.value;
    },
  };
}
