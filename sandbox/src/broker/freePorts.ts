import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

/** Distinct ports of 127.0.0.1 that were free a moment ago. Another process may still be faster: be ready to retry. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}
