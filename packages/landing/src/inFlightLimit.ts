import type { ServerResponse } from 'node:http';

/** Bounds what a server holds in memory: a request counts until its response is over and its work has settled. */
export interface InFlightLimit {
  /** false: the limit is reached. Otherwise the request counts until its response has ended or was cut. */
  enter(response: ServerResponse): boolean;
  /** The request counts until this has settled, too, however long after the response. */
  holdUntilSettled<Result>(response: ServerResponse, work: Promise<Result>): Promise<Result>;
  count(): number;
}

export function createInFlightLimit(limit: number): InFlightLimit {
  const held = new Map<ServerResponse, number>();

  const release = (response: ServerResponse): void => {
    const holds = (held.get(response) ?? 0) - 1;
    if (holds > 0) held.set(response, holds);
    else held.delete(response);
  };

  return {
    enter: (response) => {
      if (held.size >= limit) return false;
      // Its `close` is over: it would never leave.
      if (response.destroyed) return true;
      held.set(response, 1);
      response.once('close', () => release(response));
      return true;
    },
    holdUntilSettled: (response, work) => {
      held.set(response, (held.get(response) ?? 0) + 1);
      return work.finally(() => release(response));
    },
    count: () => held.size,
  };
}
