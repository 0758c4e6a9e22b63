import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

// biome-ignore lint/suspicious/noExplicitAny: tests look into any notification
type Received = any;

export interface Receiver extends AsyncDisposable {
  readonly url: string;
  readonly received: Received[];
  readonly requests: IncomingMessage[];
  /** Messages, without the test notification of the subscription. */
  messages(): Received[];
  /** Resolves as soon as that many messages have come. */
  waitFor(count: number): Promise<Received[]>;
}

/** A push target. `answer` decides per request; the default acknowledges. Event Grid is let in with `allowedOrigin`. */
export async function startReceiver(
  answer: (response: ServerResponse, notification: Received, number: number) => void = (response) =>
    response.writeHead(204).end(),
  allowedOrigin?: string,
): Promise<Receiver> {
  const received: Received[] = [];
  const requests: IncomingMessage[] = [];

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'OPTIONS')
      return void response.writeHead(200, allowedOrigin ? { 'webhook-allowed-origin': allowedOrigin } : {}).end();
    const notification = JSON.parse(Buffer.concat(await request.toArray()).toString());
    received.push(notification);
    requests.push(request);
    answer(response, notification, received.length);
  }

  const server = createServer((request, response) => {
    take(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const messages = () => received.filter(({ notificationType }) => notificationType !== 'ResourceCreated');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    received,
    requests,
    messages,
    async waitFor(count) {
      await until(() => messages().length >= count);
      return messages();
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Waits for as long as the test runner lets the test run. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(5);
}
