import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/**
 * `open`: passes everything on. `cut`: connections are reset, new ones at once. `black-hole`: connections stay and new
 * ones are accepted, but nothing is passed on and nobody is told. `no-answers`: the server gets everything; what it says
 * is kept until the line is open again.
 */
export type LineState = 'open' | 'cut' | 'black-hole' | 'no-answers';

/** The connection of one process with one server, of any protocol, that can be spoiled. */
export interface Line {
  /** `127.0.0.1:port` */
  readonly address: string;
  readonly state: LineState;
  /** Connections that were reset. */
  readonly cuts: number;
  /** Connections that came while it was cut. */
  readonly refused: number;
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
  let refused = 0;

  const server = createServer((client) => {
    client.on('error', () => undefined);
    if (state === 'cut') {
      refused += 1;
      return void client.resetAndDestroy();
    }
    const upstream = connect({ host, port: Number(port) });
    open.set(client, upstream);
    upstream.on('error', () => client.destroy());
    client.on('close', () => {
      open.delete(client);
      upstream.destroy();
    });
    upstream.on('close', () => client.end());
    if (state === 'black-hole') return swallow(client, upstream);
    client.pipe(upstream);
    if (state === 'open') upstream.pipe(client);
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
      const kept = state === 'no-answers';
      state = next;
      if (next === 'cut' || lost) cutOnce();
      else if (next === 'black-hole') for (const [client, upstream] of open) swallow(client, upstream);
      else if (next === 'no-answers' && !kept) for (const [client, upstream] of open) upstream.unpipe(client).pause();
      else if (kept) for (const [client, upstream] of open) upstream.pipe(client);
    },
    get refused() {
      return refused;
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
