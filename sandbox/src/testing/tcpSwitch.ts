import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Stands between clients and one server of any protocol, and can make it unreachable. */
export interface TcpSwitch {
  /** `127.0.0.1:port`. */
  readonly address: string;
  /** While false, open connections are cut and new ones are cut at once. */
  setReachable(reachable: boolean): void;
  close(): Promise<void>;
}

/** Listens on a free port of 127.0.0.1; target: `host:port`. */
export async function createTcpSwitch(target: string): Promise<TcpSwitch> {
  const { hostname: host, port } = new URL(`tcp://${target}`);
  const open = new Set<Socket>();
  let reachable = true;
  const server = createServer((client) => {
    client.on('error', () => undefined);
    if (!reachable) return void client.resetAndDestroy();
    const upstream = connect({ host, port: Number(port) });
    open.add(client);
    upstream.on('error', () => client.destroy());
    client.on('close', () => {
      open.delete(client);
      upstream.destroy();
    });
    upstream.on('close', () => client.end());
    client.pipe(upstream).pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    setReachable(next) {
      reachable = next;
      if (!next) for (const client of open) client.resetAndDestroy();
    },
    async close() {
      for (const client of open) client.destroy();
      await once(server.close(), 'close');
    },
  };
}
