import type { Message, Order } from '@commercetools/platform-sdk';

/** A notification that is made anew. `collapse`: of several with the same text the last one says it all. */
export interface CaughtUpNotification {
  /** Id of the order, as `splitPush` takes it. */
  readonly key: string;
  readonly value: Buffer;
  readonly collapse: string;
}

/** Above it commercetools sends a notification without its payload (Confluent Cloud: 1,048,576), and so do we. */
const LARGEST = 1_000_000;

/** Of every message, and kept without a payload. */
const heads = [
  'id',
  'version',
  'sequenceNumber',
  'resource',
  'resourceVersion',
  'resourceUserProvidedIdentifiers',
  'createdAt',
  'lastModifiedAt',
  'createdBy',
  'lastModifiedBy',
];

/**
 * A message of the Messages Query API → what a push of it was: there it has neither `notificationType` nor `projectKey`
 * (facts of the Messages Query API). Of an order and type the last one counts: what is between is history, and the gate
 * looks at the order as it is. A state that the order has left again counts, too: a cancel is one, whatever came after it.
 */
export function fromMessage(message: Message, projectKey: string): CaughtUpNotification {
  const { resource, type } = message;
  const envelope = { notificationType: 'Message', projectKey };
  const whole = Buffer.from(JSON.stringify({ ...envelope, ...message }));
  const value =
    whole.length <= LARGEST ? whole : Buffer.from(JSON.stringify({ ...envelope, ...withoutPayload(message) }));
  return {
    key: resource.id,
    value,
    collapse: [resource.id, type, ...(message.type === 'OrderStateChanged' ? [message.orderState] : [])].join(' '),
  };
}

function withoutPayload(message: Message): object {
  const head = Object.fromEntries(Object.entries(message).filter(([name]) => heads.includes(name)));
  return { ...head, payloadNotIncluded: { reason: 'Payload too large.', payloadType: message.type } };
}

/**
 * An order → a notification that says no more than "look at it": a message without its payload, for which the normaliser
 * reads the order and lets its state decide. When it was confirmed is not known; `createdAt` is the order's, which is
 * never later, so that no order from before the shop went over is placed for having been touched since.
 */
export function fromOrder(order: Order, projectKey: string): CaughtUpNotification {
  const { id, version, orderNumber, createdAt, lastModifiedAt } = order;
  const notification = {
    notificationType: 'Message',
    projectKey,
    id: `${id}:${version}:catch-up`,
    version: 1,
    resource: { typeId: 'order', id },
    resourceVersion: version,
    ...(orderNumber !== undefined && { resourceUserProvidedIdentifiers: { orderNumber } }),
    payloadNotIncluded: { reason: 'Made by a catch-up of orders.', payloadType: 'OrderStateChanged' },
    createdAt,
    lastModifiedAt,
  };
  return { key: id, value: Buffer.from(JSON.stringify(notification)), collapse: id };
}
