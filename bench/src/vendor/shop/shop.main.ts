/**
 * Stands for commercetools towards the status-writer, as lightly as can be, in a process of its own. An order exists
 * from its first read on. Versions are compared when a call arrives, as there; the answer takes the latency.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { nowMs } from '../protocol.ts';
import { type Action, type ShopOrder, toTypeId, update } from './order.ts';
import type { FromShop, ToShop } from './protocol.ts';

let latencyMs = 0;
let lineItems: readonly object[] = [];
let orders = new Map<string, ShopOrder>();
let counted = emptyCount();

function emptyCount() {
  return {
    arrivedAt: [] as number[],
    answeredAt: [] as number[],
    gets: 0,
    updates: 0,
    conflicts: 0,
    otherCalls: {} as Record<string, number>,
  };
}

const tell = (message: FromShop): void => void process.send?.(message);

function answer(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

const field = (name: string, type: string) => ({ name, label: { en: name }, required: false, type: { name: type } });
const types: Readonly<Record<string, { readonly of: string; readonly fieldDefinitions: readonly object[] }>> = {
  'fft-order': {
    of: 'order',
    fieldDefinitions: [
      ...['order_id', 'pickjob_id', 'short_id', 'facility_id', 'handoverjob_id'].map((name) =>
        field(`fft_${name}`, 'String'),
      ),
      field('fft_load_units_amount', 'Number'),
    ],
  },
  'fft-parcel': { of: 'order-parcel', fieldDefinitions: [field('fft_tracking_url', 'String')] },
};

function findOrder(id: string): ShopOrder {
  const known = orders.get(id);
  if (known) return known;
  const order = { id, version: 3, lineItems, shippingInfo: { deliveries: [] }, returnInfo: [], syncInfo: [] };
  orders.set(id, order);
  return order;
}

function takeUpdate(order: ShopOrder, body: string): readonly [status: number, body: object] {
  const { version, actions } = JSON.parse(body) as { version: number; actions: Action[] };
  if (version !== order.version) {
    counted.conflicts++;
    const message = `Object ${order.id} has a different version than expected.`;
    const error = { code: 'ConcurrentModification', message, currentVersion: order.version };
    return [409, { statusCode: 409, message, errors: [error] }];
  }
  const next = update(order, actions);
  orders.set(order.id, next);
  counted.updates++;
  return [200, next];
}

function onRequest(request: IncomingMessage, response: ServerResponse): void {
  const arrivedAt = nowMs();
  const [, project, kind, name = ''] = (request.url ?? '').replace(/\?.*/, '').split('/');
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    if (project === 'oauth')
      return answer(response, 200, { access_token: 'token', expires_in: 172_800, token_type: 'Bearer', scope: 'x' });
    const type = kind === 'types' ? types[name.replace('key=', '')] : undefined;
    if (type) {
      const key = name.replace('key=', '');
      const { of, fieldDefinitions } = type;
      return answer(response, 200, { id: toTypeId(key), key, version: 1, resourceTypeIds: [of], fieldDefinitions });
    }
    if (kind !== 'orders') {
      const call = `${request.method} ${request.url}`;
      counted.otherCalls[call] = (counted.otherCalls[call] ?? 0) + 1;
      return answer(response, 404, { statusCode: 404, message: 'not found' });
    }
    const order = findOrder(name);
    const isRead = request.method === 'GET';
    if (isRead) counted.gets++;
    const [status, body] = isRead ? ([200, order] as const) : takeUpdate(order, Buffer.concat(chunks).toString());
    const { arrivedAt: arrivals, answeredAt } = counted;
    setTimeout(() => {
      answer(response, status, body);
      arrivals.push(arrivedAt);
      answeredAt.push(nowMs());
    }, latencyMs);
  });
}

function countStates(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { shipmentState = 'none' } of orders.values()) counts[shipmentState] = (counts[shipmentState] ?? 0) + 1;
  return counts;
}

process.on('message', (message: ToShop) => {
  if (message.do === 'report') return tell({ is: 'report', report: { ...counted, states: countStates() } });
  ({ latencyMs, lineItems } = message);
  orders = new Map();
  counted = emptyCount();
  tell({ is: 'ready' });
});
process.on('disconnect', () => process.exit());

const server = createServer({ keepAliveTimeout: 600_000 }, onRequest).listen(0, '127.0.0.1', 4_096, () => {
  const { port } = server.address() as AddressInfo;
  tell({ is: 'listening', url: `http://127.0.0.1:${port}` });
});
