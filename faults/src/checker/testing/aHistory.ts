import type { SimulatedFftOrder } from '@pipeline/sandbox';
import { topics, type Topic } from '@pipeline/schemas';
import type { Delivery } from '../../world/relay.ts';
import type { History, TopicRecord } from '../history.ts';

/** A run in which one order was placed, and all is well; `more` is what differs. */
export const aHistory = (more: Partial<History> = {}): History => ({
  orders: [{ id: 'order-1', orderNumber: 'F-1', expected: 'once' }],
  deliveries: [],
  records: {},
  commerceOrders: [],
  shipmentStates: [],
  foreignEvents: [],
  providerOrders: [atProvider('order-1')],
  requests: { commercetools: [], fulfillmenttools: [] },
  services: ['ingest-ct', 'order-router'],
  replays: [],
  stopped: [],
  quietTimes: [],
  claims: [],
  ...more,
});

let count = 0;

export const atProvider = (commercetoolsOrderId: string | null, id = `fft-${++count}`): SimulatedFftOrder => ({
  id,
  tenantOrderId: 'F-1',
  commercetoolsOrderId,
  status: 'OPEN',
  createdAtMs: 0,
  life: 'plain',
  expected: null,
});

/** Records of a topic, in this order in its partition 0. */
export const recordsIn = (topic: Topic, contents: readonly Partial<TopicRecord>[]): History['records'] => ({
  [topic.name]: contents.map((content, index) => ({
    topic: topic.name,
    partition: 0,
    offset: BigInt(index),
    key: 'order-1',
    headers: {},
    bytes: Buffer.from('x'),
    value: undefined,
    ...content,
  })),
});

/** A ledger entry, as far as it is judged. */
export const placement = (status: string, more: object = {}) => ({
  value: { placements: [{ status, attempt: 1, redriveId: null, providerOrderId: null, ...more }] },
});

export const ledger = (...entries: readonly Partial<TopicRecord>[]) => recordsIn(topics.fulfillmentOrders, entries);

/** A push of commercetools that tells this message. */
export const push = (message: object): Delivery => ({
  vendor: 'commercetools',
  status: 200,
  body: Buffer.from(JSON.stringify({ message: { data: Buffer.from(JSON.stringify(message)).toString('base64') } })),
});
