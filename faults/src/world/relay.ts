import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const vendors = ['commercetools', 'fulfillmenttools'] as const;
export type Vendor = (typeof vendors)[number];

/** One try of a vendor to deliver a notification. */
export interface Delivery {
  readonly vendor: Vendor;
  readonly body: Buffer;
  /** As the vendor saw it; 0: no answer. */
  readonly status: number;
}

/** What is kept of a body, for runs with more of them than memory. */
export type KeepBody = (vendor: Vendor, body: Buffer) => Buffer;

/** Stands between the vendors and the ingest services: knows which deliveries were acknowledged. */
export interface Relay {
  /** Where a vendor sends to. */
  urlOf(vendor: Vendor): string;
  /** In the order in which they were answered. */
  readonly deliveries: readonly Delivery[];
  /** A delivery that did not come by here. */
  note(delivery: Delivery): void;
  /** `http://host:port/path` of a service that takes turns with the others of the vendor. */
  addTarget(vendor: Vendor, url: string): void;
  removeTarget(vendor: Vendor, url: string): void;
  close(): Promise<void>;
}

/** Deliveries wait so long for a service to be there, as a vendor would repeat them. */
const PATIENCE_MS = 9_000;

/** `keep`: what is kept of each delivery. (Default: all) */
export async function createRelay(keep: KeepBody = (_, body) => body): Promise<Relay> {
  const targets: Record<Vendor, string[]> = { commercetools: [], fulfillmenttools: [] };
  const deliveries: Delivery[] = [];
  let turn = 0;

  async function take(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    const vendor = vendors.find((name) => incoming.url === `/${name}`);
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const candidates = vendor ? targets[vendor] : [];
    turn += 1;
    const target = candidates[turn % Math.max(1, candidates.length)];
    if (!vendor || !target) return void answer.writeHead(503).end();
    const status = await forward(target, incoming, body);
    deliveries.push({ vendor, body: keep(vendor, body), status });
    if (status === 0) incoming.socket.resetAndDestroy();
    else answer.writeHead(status).end();
  }

  const server = createServer((incoming, answer) => {
    take(incoming, answer).catch(() => answer.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    urlOf: (vendor) => `http://127.0.0.1:${port}/${vendor}`,
    deliveries,
    note: (delivery) => void deliveries.push(delivery),
    addTarget: (vendor, url) => void targets[vendor].push(url),
    removeTarget: (vendor, url) => void (targets[vendor] = targets[vendor].filter((target) => target !== url)),
    async close() {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}

/** Resolves with the status, 0 when there was no answer. */
function forward(url: string, incoming: IncomingMessage, body: Buffer): Promise<number> {
  const { connection: _, host: __, 'transfer-encoding': ___, ...headers } = incoming.headers;
  return new Promise((resolve) => {
    const outgoing = request(url, {
      method: 'POST',
      headers: { ...headers, 'content-length': body.length },
      agent: false,
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    outgoing.on('response', (response) => {
      response.resume();
      response.on('error', () => resolve(0));
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    outgoing.on('error', () => resolve(0));
    outgoing.end(body);
  });
}
