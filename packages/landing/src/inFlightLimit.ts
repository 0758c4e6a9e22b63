import type { ServerResponse } from 'node:http';

/** Bounds what a server holds in memory: a request counts until its response is over and its work has settled. */
export interface InFlightLimit {
  /** false: a limit is reached. Otherwise the request and its bytes count until its response has ended or was cut. */
  enter(response: ServerResponse, bytes: number): boolean;
  /** The request counts until this has settled, too, however long after the response. It is known now what it takes. */
  holdUntilSettled<Result>(response: ServerResponse, bytes: number, work: Promise<Result>): Promise<Result>;
  count(): number;
  /** Of all that count. */
  bytes(): number;
}

interface Held {
  holds: number;
  bytes: number;
}

export function createInFlightLimit(most: { readonly requests: number; readonly bytes: number }): InFlightLimit {
  const held = new Map<ServerResponse, Held>();
  let bytesHeld = 0;

  const release = (response: ServerResponse): void => {
    const each = held.get(response);
    if (each === undefined) return;
    each.holds -= 1;
    if (each.holds > 0) return;
    held.delete(response);
    bytesHeld -= each.bytes;
  };

  return {
    enter: (response, bytes) => {
      if (held.size >= most.requests || bytesHeld + bytes > most.bytes) return false;
      // Its `close` is over: it would never leave.
      if (response.destroyed) return true;
      held.set(response, { holds: 1, bytes });
      bytesHeld += bytes;
      response.once('close', () => release(response));
      return true;
    },
    holdUntilSettled: (response, bytes, work) => {
      const each = held.get(response);
      held.set(response, { holds: (each?.holds ?? 0) + 1, bytes });
      bytesHeld += bytes - (each?.bytes ?? 0);
      return work.finally(() => release(response));
    },
    count: () => held.size,
    bytes: () => bytesHeld,
  };
}
