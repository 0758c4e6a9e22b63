import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Reply = (request: Received, response: ServerResponse) => void | Promise<void>;

export interface TestServer {
  readonly url: string;
  readonly requests: readonly Received[];
  /** Requests other than for a token, as `METHOD path`. */
  calls(): string[];
  tokenRequests(): Received[];
  stop(): Promise<void>;
}

/** A server on the loopback interface that answers as the test says. `token` answers POST /oauth/token. */
export async function startServer(reply: Reply, token: Reply = giveToken()): Promise<TestServer> {
  const requests: Received[] = [];
  const answer = async (incoming: IncomingMessage, response: ServerResponse) => {
    const url = new URL(incoming.url ?? '/', 'http://127.0.0.1');
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const { method = '', headers } = incoming;
    const request = { method, path: url.pathname, query: url.searchParams, headers, body };
    requests.push(request);
    await (request.path === '/oauth/token' ? token : reply)(request, response);
  };
  // A caller that gives up cuts its request: not this server's failure.
  const server = createServer((incoming, response) => void answer(incoming, response).catch(() => response.destroy()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const isToken = (each: Received) => each.path === '/oauth/token';
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    calls: () => requests.filter((each) => !isToken(each)).map((each) => `${each.method} ${each.path}`),
    tokenRequests: () => requests.filter(isToken),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Reply {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
}

export function html(status: number): Reply {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'text/html' }).end('<html><body>erika@example.com</body></html>');
  };
}

export function ctError(status: number, code: string, message = `${code} happened.`, headers = {}): Reply {
  return json(status, { statusCode: status, message, errors: [{ code, message }] }, headers);
}

/** Tokens `token-1`, `token-2`, ... */
export function giveToken(): Reply {
  let count = 0;
  return (request, response) => {
    count += 1;
    return json(200, { access_token: `token-${count}`, expires_in: 172_800, token_type: 'Bearer' })(request, response);
  };
}

/** Answers the n-th request with the n-th reply, and all that follow with the last. */
export function inTurn(...replies: [Reply, ...Reply[]]): Reply {
  let next = 0;
  return (request, response) => {
    const reply = replies[Math.min(next++, replies.length - 1)];
    return reply?.(request, response);
  };
}
