import type { PipelineError } from '../errors.ts';

export interface LookupOptions {
  readonly now: () => number;
  readonly notFoundTtlMs: number;
}

export interface Lookup<Key, Found> {
  /** What is known at once, else a promise; the same one for all who ask meanwhile. */
  get(key: Key): Found | Promise<Found>;
}

/**
 * Remembers what was found for ever, what was certainly not found (`find` *returns* an error) for a short while, and
 * failures of the search itself (`find` rejects) not at all.
 */
export function createLookup<Key, Found>(
  find: (key: Key) => Promise<Found | PipelineError>,
  { now, notFoundTtlMs }: LookupOptions,
): Lookup<Key, Found> {
  const known = new Map<Key, Found>();
  const missing = new Map<Key, { readonly error: PipelineError; readonly until: number }>();
  const asked = new Map<Key, Promise<Found>>();

  async function search(key: Key): Promise<Found> {
    const found = await find(key);
    if (found instanceof Error) {
      missing.set(key, { error: found, until: now() + notFoundTtlMs });
      throw found;
    }
    known.set(key, found);
    return found;
  }

  return {
    get(key) {
      const found = known.get(key);
      if (found !== undefined) return found;
      const miss = missing.get(key);
      if (miss && now() < miss.until) return Promise.reject(miss.error);
      missing.delete(key);
      const pending = asked.get(key) ?? search(key).finally(() => asked.delete(key));
      asked.set(key, pending);
      return pending;
    },
  };
}
