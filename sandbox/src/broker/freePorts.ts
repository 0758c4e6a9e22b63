import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below the ports that systems give to outgoing connections (32,768 and up): such a connection could take one before its
 * server is there, or while that restarts.
 */
const LOWEST = 20_000;
const BEYOND = 32_000;

/** Given by this process: who has one may not listen yet, or be about to start anew. */
const given = new Set<number>();

/**
 * Distinct ports of 127.0.0.1 that were free a moment ago, and that nobody else in this process was given. Another process
 * may still be faster: be ready to retry.
 */
export async function freePorts(count: number): Promise<number[]> {
  const found: number[] = [];
  while (found.length < count) {
    // A process that has asked for most of them begins anew.
    if (given.size > (BEYOND - LOWEST) / 2) given.clear();
    const port = randomInt(LOWEST, BEYOND);
    if (given.has(port)) continue;
    given.add(port);
    if (await isFree(port)) found.push(port);
  }
  return found;
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  const listening = await once(server, 'listening').then(
    () => true,
    () => false,
  );
  if (listening) await once(server.close(), 'close');
  return listening;
}
