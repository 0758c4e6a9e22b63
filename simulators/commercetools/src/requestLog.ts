/** One request to the simulated API; `status` 0: the connection was cut before an answer. */
export interface RequestEntry {
  /** Epoch ms. */
  readonly at: number;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly route: string;
  readonly status: number;
  readonly durationMs: number;
  readonly clientId: string | null;
  readonly effect: boolean;
}

export interface RequestQuery {
  readonly method?: string | undefined;
  /** Part of the path. */
  readonly path?: string | undefined;
  /** Epoch ms, inclusive. */
  readonly since?: number | undefined;
  /** The newest that many. */
  readonly limit?: number | undefined;
}

export interface SummaryRow {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly clientId: string | null;
  requests: number;
  effects: number;
}

export interface RequestLog {
  add(entry: RequestEntry): void;
  find(query: RequestQuery): readonly RequestEntry[];
  summary(): { requests: number; effects: number; rows: readonly SummaryRow[] };
  reset(): void;
}

/** Keeps the newest `size` to 2 × `size` requests; the summary counts all. */
export function createRequestLog(size: number): RequestLog {
  let entries: RequestEntry[] = [];
  const rows = new Map<string, SummaryRow>();

  function count({ method, route, status, clientId, effect }: RequestEntry): void {
    const key = JSON.stringify([method, route, status, clientId]);
    const row = rows.get(key) ?? { method, route, status, clientId, requests: 0, effects: 0 };
    row.requests += 1;
    row.effects += effect ? 1 : 0;
    rows.set(key, row);
  }

  return {
    add(entry) {
      count(entry);
      entries.push(entry);
      if (entries.length > size * 2) entries = entries.slice(-size);
    },
    find({ method, path, since, limit }) {
      const found = entries.filter(
        (entry) =>
          (method === undefined || entry.method === method.toUpperCase()) &&
          (path === undefined || entry.path.includes(path)) &&
          (since === undefined || entry.at >= since),
      );
      return limit === undefined ? found : limit === 0 ? [] : found.slice(-limit);
    },
    summary() {
      const all = [...rows.values()];
      return {
        requests: all.reduce((sum, row) => sum + row.requests, 0),
        effects: all.reduce((sum, row) => sum + row.effects, 0),
        rows: all,
      };
    },
    reset() {
      entries = [];
      rows.clear();
    },
  };
}
