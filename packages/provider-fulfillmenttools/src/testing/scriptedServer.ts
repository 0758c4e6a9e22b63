import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as it arrived. */
export interface Arrival {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Respond = (response: ServerResponse, arrival: Arrival, request: IncomingMessage) => void;

export interface ScriptedServer extends AsyncDisposable {
  readonly url: string;
  readonly arrivals: readonly Arrival[];
}

/** An HTTP server on a free port of 127.0.0.1 that answers as it is told; the last answer repeats. */
export async function startScriptedServer(...script: readonly [Respond, ...Respond[]]): Promise<ScriptedServer> {
  const arrivals: Arrival[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const respond = script[Math.min(arrivals.length, script.length - 1)] ?? script[0];
      const arrival = { method, url, headers, body: Buffer.concat(chunks).toString() };
      arrivals.push(arrival);
      respond(response, arrival, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrivals,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Answers with a status and JSON. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): Respond {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
}

/** Answers with a status and any text. */
export function text(status: number, body: string, headers: Record<string, string> = {}): Respond {
  return (response) => {
    response.writeHead(status, { 'content-type': 'text/html', ...headers }).end(body);
  };
}

/** Cuts the connection before the first byte of an answer. */
export const reset: Respond = (_response, _arrival, request) => {
  request.socket.resetAndDestroy();
};

/** Promises more bytes than it sends, then cuts the connection. */
export function cutBody(status: number): Respond {
  return (response, _arrival, request) => {
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': '1000' });
    response.write('{"id":"half', () => request.socket.destroy());
  };
}

/** Sends half a body and then nothing. */
export function stalledBody(status: number): Respond {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.write('{"id":"half');
  };
}

/** Never answers. */
export const silence: Respond = () => {};
