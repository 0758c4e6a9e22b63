import type { FastifyInstance, FastifyRequest } from 'fastify';
import { createRouteMatcher, toRoute } from './route.ts';
import { isControl } from './scope.ts';

/** One request to the simulated APIs, sign-in included. */
export interface RequestEntry {
  /** When it arrived, ISO 8601. */
  readonly at: string;
  readonly atMs: number;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly route: string;
  /** As sent; 0: not answered (yet, or the connection was cut before). */
  status: number;
  durationMs: number;
  /** Whether it created or changed anything, whatever the caller was told. */
  effect: boolean;
  /** The API client, where the vendor has such. */
  clientId?: string;
}

export interface RequestFilter {
  readonly method?: string | undefined;
  /** See createRouteMatcher. */
  readonly route?: string | undefined;
  /** Epoch ms, inclusive. */
  readonly sinceMs?: number | undefined;
  /** The newest that many. */
  readonly limit?: number | undefined;
}

export interface SummaryRow {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly clientId?: string;
  requests: number;
  effects: number;
}

export interface RequestSummary {
  readonly requests: number;
  /** Requests that are not answered yet. */
  readonly underWay: number;
  readonly effects: number;
  /** Those that ended. */
  readonly routes: readonly SummaryRow[];
}

export interface RequestLog {
  begin(entry: RequestEntry): Exchange;
  /** In the order of arrival. */
  find(filter: RequestFilter): readonly RequestEntry[];
  summary(): RequestSummary;
  reset(): void;
}

/** What is noted about one request while it is served. */
export interface Exchange {
  readonly entry: RequestEntry;
  /** It has created or changed something; the caller may have hung up by then. */
  markEffect(): void;
  end(): void;
}

const noRequests = () => ({
  entries: [] as RequestEntry[],
  requests: 0,
  underWay: 0,
  effects: 0,
  rows: new Map<string, SummaryRow>(),
});

/** Keeps the newest `size` to 2 × `size` requests; the summary counts all. */
export function createRequestLog(size: number): RequestLog {
  let current = noRequests();
  return {
    begin(entry) {
      // A request that a reset has overtaken counts where it began, and is forgotten with that.
      const counts = current;
      let row: SummaryRow | undefined;
      counts.entries.push(entry);
      if (counts.entries.length > size * 2) counts.entries = counts.entries.slice(-size);
      counts.requests += 1;
      counts.underWay += 1;
      return {
        entry,
        markEffect() {
          if (entry.effect) return;
          entry.effect = true;
          counts.effects += 1;
          if (row !== undefined) row.effects += 1;
        },
        end() {
          counts.underWay -= 1;
          row = rowOf(counts.rows, entry);
          row.requests += 1;
          if (entry.effect) row.effects += 1;
        },
      };
    },
    find({ method, route, sinceMs, limit }) {
      const matches = route === undefined ? () => true : createRouteMatcher(route);
      const found = current.entries.filter(
        (entry) =>
          (method === undefined || entry.method === method.toUpperCase()) &&
          (sinceMs === undefined || entry.atMs >= sinceMs) &&
          matches(entry),
      );
      return limit === undefined ? found : limit === 0 ? [] : found.slice(-limit);
    },
    summary() {
      const { requests, underWay, effects, rows } = current;
      return { requests, underWay, effects, routes: [...rows.values()] };
    },
    reset() {
      current = noRequests();
    },
  };
}

function rowOf(rows: Map<string, SummaryRow>, { method, route, status, clientId }: RequestEntry): SummaryRow {
  const key = JSON.stringify([method, route, status, clientId]);
  const row = rows.get(key) ?? {
    method,
    route,
    status,
    ...(clientId !== undefined && { clientId }),
    requests: 0,
    effects: 0,
  };
  rows.set(key, row);
  return row;
}

const exchanges = new WeakMap<FastifyRequest, Exchange>();

/** Throws an Error for a request of the control API: it is not recorded. */
export function exchangeOf(request: FastifyRequest): Exchange {
  const exchange = exchanges.get(request);
  if (exchange === undefined) throw new Error(`${request.method} ${request.url} is not recorded`);
  return exchange;
}

/** Records every request but those of the control API, from its arrival. `now` is epoch ms. */
export function recordRequests(app: FastifyInstance, log: RequestLog, now: () => number): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (isControl(request)) return done();
    const atMs = now();
    const startedAt = performance.now();
    const exchange = log.begin({
      at: new Date(atMs).toISOString(),
      atMs,
      method: request.method,
      path: request.url.split('?', 1)[0] ?? '',
      route: toRoute(request.routeOptions.url),
      status: 0,
      durationMs: 0,
      effect: false,
    });
    exchanges.set(request, exchange);
    // Not a Fastify hook: those stay silent when the caller hangs up or a fault cuts the connection.
    reply.raw.once('close', () => {
      exchange.entry.status = reply.raw.headersSent ? reply.raw.statusCode : 0;
      exchange.entry.durationMs = Math.round((performance.now() - startedAt) * 10) / 10;
      exchange.end();
    });
    done();
  });
}
