export interface CacheSettings {
  readonly ttlMs: number;
  /** The oldest entry goes when there are more. */
  readonly limit: number;
  /** Monotonic milliseconds. (Default: performance.now) */
  readonly now?: () => number;
}

export interface Cache<Value> {
  /** The cached value, else what `read` resolves with. Failures are not kept. */
  get(key: string, read: () => Promise<Value>): Promise<Value>;
}

/** For things of the vendor that hardly change; concurrent first reads may each be made. */
export function createCache<Value>({ ttlMs, limit, now = () => performance.now() }: CacheSettings): Cache<Value> {
  const entries = new Map<string, { readonly value: Value; readonly until: number }>();
  return {
    async get(key, read) {
      const entry = entries.get(key);
      if (entry && now() < entry.until) return entry.value;
      const value = await read();
      entries.delete(key);
      entries.set(key, { value, until: now() + ttlMs });
      const [oldest] = entries.keys();
      if (entries.size > limit && oldest !== undefined) entries.delete(oldest);
      return value;
    },
  };
}
