import { once } from 'node:events';
import { createRequire } from 'node:module';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import './index.ts';

const require = createRequire(import.meta.url);
const Connection = require('kafkajs/src/network/connection.js') as new (options: object) => Connection;
const Encoder = require('kafkajs/src/protocol/encoder.js') as new () => object;

interface Connection {
  readonly socket: Socket;
  connect(): Promise<boolean>;
  disconnect(): Promise<boolean>;
  send(protocol: object): Promise<Buffer>;
  sendAuthRequest(protocol: object): Promise<unknown>;
}

const logger = { namespace: () => logger, debug: () => undefined, error: () => undefined, warn: () => undefined };

/** A broker that does as it is told with the bytes of each socket, and a connection with it. */
async function connected(onRequest: (socket: Socket, nth: number) => void) {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    const nth = sockets.push(socket);
    socket.on('error', () => undefined).on('data', () => onRequest(socket, nth));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const connection = new Connection({
    ...{ host: '127.0.0.1', port, logger, connectionTimeout: 5_000, requestTimeout: 60_000 },
    socketFactory: ({ onConnect }: { onConnect: () => void }) => connect({ host: '127.0.0.1', port }, onConnect),
  });
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await connection.disconnect();
    server.close();
  });
  return { connection, sockets };
}

const request = { apiKey: 12, apiVersion: 0, apiName: 'Heartbeat', encode: () => Promise.resolve(new Encoder()) };
const response = { decode: (raw: unknown) => Promise.resolve(raw), parse: (raw: unknown) => Promise.resolve(raw) };
const ask = { request, response };

function answer(correlationId: number, text: string): Buffer {
  const head = Buffer.alloc(8);
  head.writeInt32BE(4 + text.length);
  head.writeInt32BE(correlationId, 4);
  return Buffer.concat([head, Buffer.from(text)]);
}

it('understands the first answer after one that was cut off', async () => {
  const { connection } = await connected((socket, nth) => {
    if (nth > 1) return void socket.write(answer(1, 'whole'));
    socket.write(answer(0, 'x'.repeat(1_000)).subarray(0, 500), () => setTimeout(() => socket.resetAndDestroy(), 20));
  });
  await connection.connect();
  await expect(connection.send(ask)).rejects.toThrow();
  await connection.connect();
  expect(String(await connection.send(ask))).toBe('whole');
});

it('opens one socket for all who find it closed', async () => {
  const { connection, sockets } = await connected((socket) => void socket.write(answer(0, 'whole')));
  await Promise.all([connection.connect(), connection.connect(), connection.connect()]);
  expect(String(await connection.send(ask))).toBe('whole');
  expect(sockets).toHaveLength(1);
});

it('listens to no socket that it has given up', async () => {
  const { connection, sockets } = await connected((socket, nth) => {
    if (nth > 1) return void socket.write(answer(0, 'of the second'));
  });
  await connection.connect();
  await connection.disconnect();
  await connection.connect();
  sockets[0]?.write(answer(0, 'of the first'));
  await sleep(20);
  expect(String(await connection.send(ask))).toBe('of the second');
});

it('tells everybody who asks around the moment in which the socket fails', async () => {
  for (let ticks = 0; ticks < 16; ticks++) {
    const { connection } = await connected(() => undefined);
    await connection.connect();
    const asked = connection.send(ask).catch((error: Error) => error.name);
    for (let tick = 0; tick < ticks; tick++) await Promise.resolve();
    connection.socket.emit('error', new Error('reset'));
    expect(await Promise.race([asked, sleep(5_000, 'nobody said anything')])).toMatch(/^KafkaJSConnection/);
  }
});

it('tells a sign-in that its socket has failed', async () => {
  const { connection, sockets } = await connected(() => undefined);
  await connection.connect();
  const asked = connection.sendAuthRequest({ request: { encode: () => Promise.resolve('x') }, response });
  sockets[0]?.resetAndDestroy();
  await expect(asked).rejects.toThrow('Connection closed by the server');
});
