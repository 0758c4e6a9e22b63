import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RunningSimulator } from './startSimulator.ts';

export interface ReceivedWebhook {
  readonly headers: IncomingHttpHeaders;
  readonly event: string;
  readonly eventId: string;
  readonly payload: any;
}

export interface WebhookReceiver extends AsyncDisposable {
  readonly url: string;
  readonly received: readonly ReceivedWebhook[];
  /** Subscribes to these events with a static header. */
  subscribe(simulator: RunningSimulator, ...events: readonly string[]): Promise<void>;
  /** Resolves when at least this many webhooks have come. */
  arrivals(count: number): Promise<readonly ReceivedWebhook[]>;
}

/** Answers each webhook with the status that `answer` gives (Default: 200); undefined: it does not answer. */
export async function startReceiver(
  answer: (webhook: ReceivedWebhook, nth: number) => number | undefined = () => 200,
): Promise<WebhookReceiver> {
  const received: ReceivedWebhook[] = [];
  let waiting: { count: number; resolve: () => void }[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      const webhook = { headers: request.headers, ...JSON.parse(text) } as ReceivedWebhook;
      received.push(webhook);
      const status = answer(webhook, received.length);
      if (status !== undefined) response.writeHead(status).end();
      for (const waiter of waiting) if (received.length >= waiter.count) waiter.resolve();
      waiting = waiting.filter((waiter) => received.length < waiter.count);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  return {
    url,
    received,
    async subscribe(simulator, ...events) {
      for (const event of events) {
        const target = { type: 'WEBHOOK', callbackUrl: url, headers: [{ key: 'Authorization', value: 'Bearer hook' }] };
        const { status } = await simulator.call('POST', '/api/subscriptions', { name: event, event, target });
        if (status !== 201) throw new Error(`subscription to ${event} was answered ${status}`);
      }
    },
    async arrivals(count) {
      if (received.length < count) {
        await new Promise<void>((resolve) => void waiting.push({ count, resolve }));
      }
      return received;
    },
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
