import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { beforeEach, expect, test } from 'vitest';
import { createFrameSplitter } from './frames.ts';
import { createTcpProxy, PRODUCE, proxySocketFactory, type TcpProxy, type TcpProxyOptions } from './tcpProxy.ts';

const FETCH = 1;
let target: string;
/** Correlation ids that the broker has seen. */
let served: number[];

/** A broker that answers every request with its correlation id. */
beforeEach(async () => {
  served = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    const take = createFrameSplitter((frame) => {
      const correlationId = frame.readInt32BE(8);
      served.push(correlationId);
      const answer = Buffer.alloc(8);
      answer.writeInt32BE(4);
      answer.writeInt32BE(correlationId, 4);
      socket.write(answer);
    });
    socket.on('data', take);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  target = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return async () => {
    for (const socket of sockets) socket.destroy();
    await once(server.close(), 'close');
  };
});

let proxy: TcpProxy | undefined;
beforeEach(() => async () => {
  await proxy?.close();
});
const start = async (options: Partial<TcpProxyOptions> = {}): Promise<TcpProxy> =>
  (proxy = await createTcpProxy({ target, ...options }));

/** Asks on a connection; resolves with the answered correlation id, or `cut`. */
function ask(socket: Socket, apiKey: number, correlationId: number): Promise<number | 'cut'> {
  const request = Buffer.alloc(12);
  request.writeInt32BE(8);
  request.writeInt16BE(apiKey, 4);
  request.writeInt32BE(correlationId, 8);
  if (socket.destroyed) return Promise.resolve('cut');
  return new Promise((resolve) => {
    const settle = (outcome: number | 'cut') => {
      socket.off('data', answered).off('close', cut);
      resolve(outcome);
    };
    const answered = (answer: Buffer) => settle(answer.readInt32BE(4));
    const cut = () => settle('cut');
    socket.on('data', answered).on('close', cut).write(request);
  });
}

async function client({ address }: TcpProxy): Promise<Socket> {
  const [host, port] = address.split(':') as [string, string];
  const socket = connect({ host, port: Number(port) }).on('error', () => undefined);
  // Not `once`: a connection that is cut at once must not fail the test here.
  await new Promise((resolve) => socket.on('connect', resolve).on('close', resolve));
  return socket;
}

const closed = (socket: Socket): Promise<unknown> => new Promise((resolve) => socket.on('close', resolve));

test('passes requests and answers on', async () => {
  const socket = await client(await start());

  expect(await ask(socket, PRODUCE, 7)).toBe(7);
  expect(await ask(socket, FETCH, 8)).toBe(8);
});

test('drops every nth answer to that kind of request, after the broker had it, counted over all connections', async () => {
  const through = await start();
  through.cutEveryNthResponse(PRODUCE, 3);

  const outcomes: (number | 'cut')[] = [];
  let socket = await client(through);
  for (let n = 1; n <= 7; n++) {
    const outcome = await ask(socket, PRODUCE, n);
    outcomes.push(outcome);
    if (outcome === 'cut') socket = await client(through);
    expect(await ask(socket, FETCH, 100 + n)).toBe(100 + n);
  }

  expect(outcomes).toEqual([1, 2, 'cut', 4, 5, 'cut', 7]);
  expect(served.filter((id) => id < 100)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(through.cuts).toBe(2);

  through.cutEveryNthResponse(PRODUCE, 0);
  for (let n = 8; n <= 14; n++) expect(await ask(socket, PRODUCE, n)).toBe(n);
});

test('cuts all open connections and takes new ones', async () => {
  const through = await start();
  const sockets = [await client(through), await client(through)];
  for (const socket of sockets) await ask(socket, FETCH, 1);
  const allClosed = Promise.all(sockets.map(closed));

  through.cutAll();

  await allClosed;
  expect(through.cuts).toBe(2);
  expect(await ask(await client(through), FETCH, 2)).toBe(2);
});

test('while it is not reachable, every connection is cut', async () => {
  const through = await start();
  through.setReachable(false);
  expect(await ask(await client(through), FETCH, 1)).toBe('cut');

  through.setReachable(true);
  expect(await ask(await client(through), FETCH, 2)).toBe(2);
  expect(served).toEqual([2]);
});

test('rewrites frames in both directions, and swallows those that become null', async () => {
  const senders: string[] = [];
  const through = await start({
    rewrite(frame, sender) {
      senders.push(sender);
      if (sender === 'client') return frame.readInt32BE(8) === 1 ? null : frame;
      const changed = Buffer.from(frame);
      changed.writeInt32BE(frame.readInt32BE(4) + 1_000, 4);
      return changed;
    },
  });
  const socket = await client(through);

  const first = ask(socket, FETCH, 1);
  expect(await ask(socket, FETCH, 2)).toBe(1_002);
  expect(await first).toBe(1_002);
  expect(served).toEqual([2]);
  expect(senders).toEqual(['client', 'client', 'broker']);
});

test('the socket factory connects to the proxy whatever address is asked for', async () => {
  const through = await start();
  const connect = proxySocketFactory(through.address) as (options: object) => Socket;
  const socket = await new Promise<Socket>((resolve) => {
    const made = connect({ host: 'broker.invalid', port: 1, ssl: undefined, onConnect: () => resolve(made) });
  });

  expect(await ask(socket, FETCH, 5)).toBe(5);
});

test('a broker that does not listen is a cut connection, not a crash', async () => {
  const socket = await client(await start({ target: '127.0.0.1:1' }));

  expect(await ask(socket, FETCH, 1)).toBe('cut');
});
