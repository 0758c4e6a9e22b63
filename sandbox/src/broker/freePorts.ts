import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below the ports that systems give to outgoing connections (32,768 and up): such a connection could take one before its
 * server is there, or while that restarts.
 */
const LOWEST = 20_000;
const BEYOND = 32_000;

/** Distinct ports of 127.0.0.1 that were free a moment ago. Another process may still be faster: be ready to retry. */
export async function freePorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  while (found.size < count) {
    const port = randomInt(LOWEST, BEYOND);
    if (await isFree(port)) found.add(port);
  }
  return [...found];
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
