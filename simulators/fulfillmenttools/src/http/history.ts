import type { FastifyInstance, FastifyRequest } from 'fastify';

/** One call of the API or of the sign-in services. */
export interface HistoryEntry {
  readonly at: string;
  readonly atMs: number;
  readonly method: string;
  readonly path: string;
  readonly route: string;
  /** As sent; 0: not answered (yet, or the connection was cut before). */
  status: number;
  durationMs: number;
  /** Did it create or change anything, whatever the caller was told? */
  effect: boolean;
}

export interface HistoryFilter {
  readonly method?: string | undefined;
  readonly path?: string | undefined;
  readonly sinceMs?: number | undefined;
  readonly limit?: number | undefined;
}

export interface History {
  entries(filter: HistoryFilter): HistoryEntry[];
  summary(): object;
  reset(): void;
}

interface RouteSum {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  count: number;
  effects: number;
}

const entryOf = new WeakMap<FastifyRequest, HistoryEntry>();
const sumOf = new WeakMap<HistoryEntry, RouteSum>();

/** A handler calls this when it has changed something; the caller may have hung up by then. */
export function markEffect(request: FastifyRequest): void {
  const entry = entryOf.get(request);
  if (entry === undefined || entry.effect) return;
  entry.effect = true;
  const sum = sumOf.get(entry);
  if (sum !== undefined) sum.effects += 1;
}

/** Records every request but those of the control API, from its arrival, so that one under way is seen too. */
export function recordHistory(app: FastifyInstance, now: () => number): History {
  let all: HistoryEntry[] = [];
  let open = new Set<HistoryEntry>();
  let sums = new Map<string, RouteSum>();

  const finish = (entry: HistoryEntry) => {
    if (!open.delete(entry)) return;
    const { method, route, status } = entry;
    const key = `${method} ${route} ${status}`;
    const sum = sums.get(key) ?? { method, route, status, count: 0, effects: 0 };
    sums.set(key, sum);
    sumOf.set(entry, sum);
    sum.count += 1;
    if (entry.effect) sum.effects += 1;
  };

  app.addHook('onRequest', (request, reply, done) => {
    const path = request.url.split('?')[0] ?? '';
    if (path.startsWith('/_sim/')) return done();
    const atMs = now();
    const startedAt = performance.now();
    const entry: HistoryEntry = {
      at: new Date(atMs).toISOString(),
      atMs,
      method: request.method,
      path,
      route: request.routeOptions.url ?? 'unknown',
      status: 0,
      durationMs: 0,
      effect: false,
    };
    all.push(entry);
    open.add(entry);
    entryOf.set(request, entry);
    // Not a Fastify hook: those stay silent when the caller hangs up or a fault cuts the connection.
    reply.raw.once('close', () => {
      entry.status = reply.raw.headersSent ? reply.raw.statusCode : 0;
      entry.durationMs = Math.round((performance.now() - startedAt) * 10) / 10;
      finish(entry);
    });
    done();
  });

  return {
    entries({ method, path, sinceMs, limit = Number.POSITIVE_INFINITY }) {
      const found: HistoryEntry[] = [];
      for (
        let at = sinceMs === undefined ? 0 : firstSince(all, sinceMs);
        at < all.length && found.length < limit;
        at += 1
      ) {
        const entry = all[at] as HistoryEntry;
        if (method !== undefined && entry.method !== method) continue;
        if (path !== undefined && !matchesPath(path, entry)) continue;
        found.push(entry);
      }
      return found;
    },
    summary() {
      const routes = [...sums.values()];
      return {
        requests: all.length,
        underWay: open.size,
        effects: routes.reduce((total, { effects }) => total + effects, 0),
        routes,
      };
    },
    reset() {
      all = [];
      open = new Set();
      sums = new Map();
    },
  };
}

/** A path is given exactly, as its route, or with `*` for any part of it. */
export function matchesPath(
  pattern: string,
  { path, route }: { readonly path: string; readonly route: string },
): boolean {
  if (pattern === path || pattern === route) return true;
  if (!pattern.includes('*')) return false;
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(path);
}

/** Entries stand in the order of their time. */
function firstSince(all: readonly HistoryEntry[], sinceMs: number): number {
  let low = 0;
  let high = all.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((all[middle] as HistoryEntry).atMs < sinceMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
