import { type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Answer {
  /** 0: none. */
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly ms: number;
}

export interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

/** Of any sender. */
const PATIENCE_MS = 15_000;

/** One request on a connection of its own, with no header but what is given and what HTTP needs. Never rejects. */
export function post(url: string, { method = 'POST', headers = {}, body }: Sent = {}): Promise<Answer> {
  const startedAt = performance.now();
  const ms = () => Math.round(performance.now() - startedAt);
  return new Promise((resolve) => {
    const none = () => resolve({ status: 0, headers: {}, body: '', ms: ms() });
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const outgoing = request(url, { method, headers, agent: false, signal }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', none);
      response.on('end', () => {
        const { statusCode: status = 0, headers: found } = response;
        resolve({ status, headers: found, body: Buffer.concat(chunks).toString(), ms: ms() });
      });
    });
    outgoing.on('error', none);
    outgoing.end(body);
  });
}

export interface RawTalk {
  /** Statuses of the answers, in order. */
  readonly statuses: readonly number[];
  /** Bytes that the socket took of us. */
  readonly written: number;
  /** From the connection to its end. */
  readonly ms: number;
  /** Whether the server ended it, and not we after `withinMs`. */
  readonly closed: boolean;
}

export interface Talk {
  /** As fast as the socket takes them. */
  readonly chunks: Iterable<Buffer | string>;
  /** Between two of them. (Default: 0) */
  readonly pauseMs?: number;
  readonly withinMs?: number;
}

/** Writes bytes to a server as they are, until it ends the connection. Never rejects. */
export async function talk(url: string, { chunks, pauseMs = 0, withinMs = PATIENCE_MS }: Talk): Promise<RawTalk> {
  const { hostname: host, port } = new URL(url);
  const startedAt = performance.now();
  const heard: Buffer[] = [];
  const socket = connect({ host, port: Number(port) });
  let closed = false;
  const ended = new Promise<void>((resolve) => {
    const impatience = setTimeout(() => socket.destroy(), withinMs);
    socket.on('data', (chunk) => heard.push(chunk));
    // Answered, then closed: that is all the same to us.
    socket.on('error', () => (closed = true));
    socket.on('end', () => {
      closed = true;
      socket.destroy();
    });
    socket.on('close', () => {
      clearTimeout(impatience);
      resolve();
    });
  });
  for (const chunk of chunks) {
    if (socket.destroyed) break;
    if (!socket.write(chunk)) await Promise.race([ended, new Promise((drained) => socket.once('drain', drained))]);
    if (pauseMs > 0) await Promise.race([ended, sleep(pauseMs)]);
  }
  await ended;
  const text = Buffer.concat(heard).toString('latin1');
  const statuses = [...text.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status));
  const written = socket.bytesWritten - socket.writableLength;
  return { statuses, written, ms: Math.round(performance.now() - startedAt), closed };
}
