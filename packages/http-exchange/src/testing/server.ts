import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Received {
  /** Without the query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Reply = (request: Received, response: ServerResponse) => void;

/** A server on the loopback interface that answers as the test says. */
export async function startServer(reply: Reply) {
  const requests: Received[] = [];
  const answer = async (incoming: IncomingMessage, response: ServerResponse) => {
    const { url = '/', headers } = incoming;
    const request = { path: url.split('?', 1)[0] ?? '', headers, body: await text(incoming) };
    requests.push(request);
    reply(request, response);
  };
  const server = createServer((incoming, response) => void answer(incoming, response).catch(() => response.destroy()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: requests as readonly Received[],
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
