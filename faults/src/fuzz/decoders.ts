import { pubSubData } from '@pipeline/landing';
import { classify, parsePush, splitPush, toCommerceOrderEvent } from '@pipeline/platform-commercetools';
import {
  notificationIds,
  parseNotification,
  toCorrelation,
  toFulfillmentEvent,
} from '@pipeline/provider-fulfillmenttools';
import { isPipelineError } from '@pipeline/streams';
import { type Decoder, must, Violation } from './decoder.ts';
import { sparseDecoders } from './sparseDecoders.ts';
import { transportDecoders } from './transportDecoders.ts';

const isKey = (key: unknown): boolean => key === null || (typeof key === 'string' && key !== '');

/** Its caller keeps the push whole whatever it throws; running out of stack is never meant. */
const isRefusal = (error: unknown): boolean =>
  !(error instanceof Violation) && error instanceof Error && !/call stack|heap/i.test(error.message);

const context = { ourClientIds: ['ours'], projectKey: 'shop' };
const never = () => false;

export const decoders: readonly Decoder[] = [
  {
    name: 'commercetools: parsePush, classify, toCommerceOrderEvent',
    mayThrow: isPipelineError,
    run(bytes) {
      const notification = parsePush(bytes);
      must(notification.notificationType !== '' && notification.id !== '', 'a notification without type or id');
      must(Number.isSafeInteger(notification.resourceVersion), 'a version that is no whole number');
      const classification = classify(notification, context);
      must(classification.reason !== '', 'no reason');
      if (classification.needsOrder) return;
      const event = toCommerceOrderEvent({
        notification,
        classification,
        order: undefined,
        receivedAt: 1_768_471_200_000,
        instance: 'default',
        projectKey: 'shop',
      });
      must(event === undefined || event.orderId === classification.orderId, 'an event of another order');
    },
  },
  {
    name: 'commercetools: splitPush',
    mayThrow: isRefusal,
    run(bytes) {
      const parts = splitPush(bytes);
      for (const { key, value, id } of parts) {
        must(isKey(key) && isKey(id), 'a key that is empty or no text');
        must(value.buffer === bytes.buffer || bytes.includes(value), 'a part that the sender did not write');
      }
    },
  },
  {
    name: 'fulfillmenttools: parseNotification, toCorrelation, toFulfillmentEvent',
    mayThrow: isPipelineError,
    run(bytes) {
      const notification = parseNotification(bytes);
      must(notification.event !== '' && notification.eventId !== '', 'a notification without event or id');
      const correlation = toCorrelation(notification);
      must(Object.values(correlation).every(isKey), 'a reference that is empty or no text');
      toFulfillmentEvent(notification, {
        orderId: '7e0c2f0a-53a5-4b07-a3a2-0b3cbb0a5d01',
        projectKey: 'shop',
        instance: 'default',
        processId: correlation.processId,
        receivedAt: 1_768_471_200_000,
      });
    },
  },
  {
    name: 'fulfillmenttools: notificationIds',
    mayThrow: never,
    run: (bytes) => must(Object.values(notificationIds(bytes)).every(isKey), 'a key that is empty or no text'),
  },
  {
    name: 'landing: pubSubData',
    mayThrow: never,
    run(bytes) {
      const data = pubSubData(bytes);
      must(data === undefined || Buffer.isBuffer(data), 'neither bytes nor nothing');
    },
  },
  ...transportDecoders,
  ...sparseDecoders,
];

/** Something has got into the prototype that all objects share. */
export const isPolluted = (): boolean =>
  Object.keys(Object.prototype).length > 0 || 'polluted' in {} || Object.keys(Array.prototype).length > 0;
