import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** false: its connection has as many requests that are not answered as it may. Otherwise it counts until it is. */
export type PipelineLimit = (request: IncomingMessage, response: ServerResponse) => boolean;

/**
 * Bounds the requests of one connection that wait for their answers. A sender waits for the answer before it sends the
 * next; whoever does not could fill the memory with a few bytes for each request, as Node reads on.
 */
export function createPipelineLimit(most: number): PipelineLimit {
  const waiting = new WeakMap<Socket, number>();
  return ({ socket }, response) => {
    const before = waiting.get(socket) ?? 0;
    if (before >= most) return false;
    waiting.set(socket, before + 1);
    response.once('close', () => void waiting.set(socket, (waiting.get(socket) ?? 1) - 1));
    return true;
  };
}
