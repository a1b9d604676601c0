/** Values by key within a budget of memory: the least recently used go first; the one that is asked for stays, however large. */

export interface MemoryCache<V> {
  get(key: string): V | undefined;
  /** Gives `value` back. */
  put(key: string, value: V, bytes: number): V;
  /** A value has come to hold so many bytes more; nothing where it is gone. */
  grow(key: string, bytes: number): void;
}

export function createMemoryCache<V>(budget: number): MemoryCache<V> {
  const entries = new Map<string, { value: V; bytes: number }>();
  let held = 0;

  function makeRoom(): void {
    for (const [key, { bytes }] of entries) {
      if (held <= budget || entries.size === 1) return;
      entries.delete(key);
      held -= bytes;
    }
  }

  return {
    get(key) {
      const entry = entries.get(key);
      if (!entry) return undefined;
      entries.delete(key);
      entries.set(key, entry);
      return entry.value;
    },
    put(key, value, bytes) {
      held -= entries.get(key)?.bytes ?? 0;
      entries.delete(key);
      entries.set(key, { value, bytes });
      held += bytes;
      makeRoom();
      return value;
    },
    grow(key, bytes) {
      const entry = entries.get(key);
      if (!entry) return;
      entry.bytes += bytes;
      held += bytes;
      makeRoom();
    },
  };
}
