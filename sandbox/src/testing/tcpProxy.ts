import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { ISocketFactory } from 'kafkajs';
import { createFrameSplitter } from './frames.ts';

/** Kafka's number of the Produce request. */
export const PRODUCE = 0;

export type Sender = 'client' | 'broker';

export interface TcpProxyOptions {
  /** `host:port` of the broker. */
  readonly target: string;
  /** Sees every whole Kafka frame (length included) and returns what is passed on; null swallows it. */
  readonly rewrite?: ((frame: Buffer, sender: Sender) => Buffer | null) | undefined;
}

/** Stands between clients and one broker, and cuts connections on demand. */
export interface TcpProxy {
  /** `127.0.0.1:port`. */
  readonly address: string;
  /** Connections cut so far, by whatever way. */
  readonly cuts: number;
  /** Cuts every open connection now; new ones are accepted. */
  cutAll(): void;
  /**
   * From now on, counted over all connections: every nth answer to this kind of request is dropped and its connection
   * cut. The broker did what it was asked, the client is not told. 0 stops it.
   */
  cutEveryNthResponse(apiKey: number, n: number): void;
  /** While false, open connections are cut and new ones are cut at once. */
  setReachable(reachable: boolean): void;
  close(): Promise<void>;
}

/** Listens on a free port of 127.0.0.1. */
export async function createTcpProxy({ target, rewrite = (frame) => frame }: TcpProxyOptions): Promise<TcpProxy> {
  const [host, port] = splitAddress(target);
  const open = new Set<Socket>();
  const everyNth = new Map<number, { n: number; seen: number }>();
  let cuts = 0;
  let reachable = true;

  const cut = (client: Socket): void => {
    if (!open.delete(client)) return;
    cuts += 1;
    client.resetAndDestroy();
  };
  const isNth = (apiKey: number | undefined): boolean => {
    const rule = apiKey === undefined ? undefined : everyNth.get(apiKey);
    if (!rule) return false;
    rule.seen += 1;
    return rule.seen % rule.n === 0;
  };

  const server = createServer((client) => {
    open.add(client);
    client.on('error', () => undefined);
    if (!reachable) return cut(client);
    const broker = connect({ host, port });
    const apiKeys = new Map<number, number>();

    const pass = (to: Socket, frame: Buffer, sender: Sender): void => {
      const rewritten = rewrite(frame, sender);
      if (rewritten !== null && !to.destroyed) to.write(rewritten);
    };
    const fromClient = createFrameSplitter((frame) => {
      // Request: length, api key (int16), api version (int16), correlation id (int32).
      apiKeys.set(frame.readInt32BE(8), frame.readInt16BE(4));
      pass(broker, frame, 'client');
    });
    const fromBroker = createFrameSplitter((frame) => {
      // Response: length, correlation id (int32).
      const correlationId = frame.readInt32BE(4);
      const apiKey = apiKeys.get(correlationId);
      apiKeys.delete(correlationId);
      if (!open.has(client)) return;
      if (isNth(apiKey)) return cut(client);
      pass(client, frame, 'broker');
    });
    client.on('data', fromClient);
    broker.on('data', fromBroker);
    broker.on('error', () => client.destroy());
    broker.on('close', () => client.destroy());
    client.on('close', () => {
      open.delete(client);
      // Half-closed: what the client sent before the cut still reaches the broker.
      broker.end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const cutAll = (): void => [...open].forEach(cut);
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    get cuts() {
      return cuts;
    },
    cutAll,
    cutEveryNthResponse(apiKey, n) {
      if (n > 0) everyNth.set(apiKey, { n, seen: 0 });
      else everyNth.delete(apiKey);
    },
    setReachable(next) {
      reachable = next;
      if (!next) cutAll();
    },
    async close() {
      for (const client of open) client.destroy();
      await once(server.close(), 'close');
    },
  };
}

/**
 * For kafkajs' `socketFactory`: connects to the proxy whatever host and port is asked for, since clients follow the
 * addresses that a broker advertises. Right for one broker, without TLS.
 */
export function proxySocketFactory(proxyAddress: string): ISocketFactory {
  const [host, port] = splitAddress(proxyAddress);
  return ({ onConnect }) => connect({ host, port }, onConnect).setKeepAlive(true, 60_000).setNoDelay(true);
}

function splitAddress(address: string): [host: string, port: number] {
  const { hostname, port } = new URL(`tcp://${address}`);
  if (!hostname || !port) throw new Error(`"${address}" is not host:port`);
  return [hostname, Number(port)];
}
