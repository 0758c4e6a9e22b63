/**
 * Preloaded into a service: `?127.0.0.1:9092=127.0.0.1:40001` sends its connections with the one address to the other.
 * Kafka clients follow the addresses that a broker advertises, so that a setting alone would not keep them on a line.
 */
import net from 'node:net';

const lines = new Map(new URL(import.meta.url).searchParams);
const connect = net.connect;

interface Target {
  readonly host?: string;
  readonly port?: number | string;
}

function redirected(target: unknown): unknown {
  if (typeof target !== 'object' || target === null) return target;
  const { host, port } = target as Target;
  const line = lines.get(`${host === 'localhost' ? '127.0.0.1' : host}:${port}`);
  if (line === undefined) return target;
  const [lineHost, linePort] = line.split(':');
  return { ...target, host: lineHost, port: Number(linePort) };
}

// Clients take it from the module each time that they connect.
net.connect = ((...args: Parameters<typeof connect>) =>
  connect(...([redirected(args[0]), ...args.slice(1)] as unknown as Parameters<typeof connect>))) as typeof connect;
