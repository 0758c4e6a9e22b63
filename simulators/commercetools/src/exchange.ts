import type { FastifyRequest } from 'fastify';

/** What is noted about one request while it is served. */
export interface Exchange {
  readonly startedAt: number;
  clientId: string | undefined;
  /** Whether it created or changed anything. */
  effect: boolean;
}

const exchanges = new WeakMap<FastifyRequest, Exchange>();

export function beginExchange(request: FastifyRequest, startedAt: number): Exchange {
  const exchange: Exchange = { startedAt, clientId: undefined, effect: false };
  exchanges.set(request, exchange);
  return exchange;
}

export function exchangeOf(request: FastifyRequest): Exchange {
  const exchange = exchanges.get(request);
  if (!exchange) throw new Error(`no exchange was begun for ${request.method} ${request.url}`);
  return exchange;
}
