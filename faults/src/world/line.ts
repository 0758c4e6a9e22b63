import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/**
 * `open`: passes everything on. `cut`: connections are reset, new ones at once. `black-hole`: connections stay and new
 * ones are accepted, but nothing is passed on and nobody is told.
 */
export type LineState = 'open' | 'cut' | 'black-hole';

/** The connection of one process with one server, of any protocol, that can be spoiled. */
export interface Line {
  /** `127.0.0.1:port` */
  readonly address: string;
  readonly state: LineState;
  /** Connections that were reset. */
  readonly cuts: number;
  /** What was in a black hole is gone: back to `open` its connections are cut. */
  set(state: LineState): void;
  /** Resets what is open now; new connections are passed on. */
  cutOnce(): void;
  close(): Promise<void>;
}

/** Listens on a free port of 127.0.0.1; target: `host:port`. */
export async function createLine(target: string): Promise<Line> {
  const { hostname: host, port } = new URL(`tcp://${target}`);
  /** Clients and what they are connected with. */
  const open = new Map<Socket, Socket>();
  let state: LineState = 'open';
  let cuts = 0;

  const server = createServer((client) => {
    client.on('error', () => undefined);
    if (state === 'cut') return void client.resetAndDestroy();
    const upstream = connect({ host, port: Number(port) });
    open.set(client, upstream);
    upstream.on('error', () => client.destroy());
    client.on('close', () => {
      open.delete(client);
      upstream.destroy();
    });
    upstream.on('close', () => client.end());
    if (state === 'open') client.pipe(upstream).pipe(client);
    else swallow(client, upstream);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  function cutOnce(): void {
    for (const client of open.keys()) {
      cuts += 1;
      client.resetAndDestroy();
    }
  }
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    get state() {
      return state;
    },
    get cuts() {
      return cuts;
    },
    set(next) {
      const lost = state === 'black-hole';
      state = next;
      if (next === 'cut' || lost) cutOnce();
      else if (next === 'black-hole') for (const [client, upstream] of open) swallow(client, upstream);
    },
    cutOnce,
    async close() {
      for (const client of open.keys()) client.destroy();
      await once(server.close(), 'close');
    },
  };
}

/** Takes what comes from either side, and passes nothing on. */
function swallow(client: Socket, upstream: Socket): void {
  client.unpipe(upstream);
  upstream.unpipe(client);
  client.resume();
  upstream.resume();
}
