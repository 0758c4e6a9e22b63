import { isDeepStrictEqual } from 'node:util';
import { pubSubData } from '@pipeline/landing';
import { type CommercetoolsNotification, parsePush, splitPush } from '@pipeline/platform-commercetools';
import { notificationIds } from '@pipeline/provider-fulfillmenttools';
import { deepestJson, type JsonShape, nestsDeeperThan, parseSparsely } from '@pipeline/streams';
import { prune } from '@pipeline/streams/testkit';
import { toFields, toReferences, toText } from '../providerParts.ts';
import { type Decoder, isNothingThere, must, nothingThere } from './decoder.ts';

/** All bytes, by `JSON.parse`; undefined: they are no JSON in UTF-8, or nest too deep for anybody here. */
function parseAll(bytes: Uint8Array): unknown {
  if (nestsDeeperThan(bytes, deepestJson)) return undefined;
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch {
    return undefined;
  }
}

/** Every name that a shape of the services has, and some that are in the inputs beside them. */
const names = ['notificationType', 'id', 'resourceVersion', 'version', 'specversion', 'eventId', 'event', 'type', ''];
const shape = new Map<string, JsonShape | 'whole'>([...names, 'order', 'Message'].map((name) => [name, 'whole']));
for (const name of ['data', 'detail', 'message', 'payload', 'header', 'resource']) shape.set(name, shape);

function parsedPush(bytes: Buffer): CommercetoolsNotification | undefined {
  try {
    return parsePush(bytes);
  } catch {
    return undefined;
  }
}

/** What is read of a part of the bytes, beside what all of them parsed say: both must say the same. */
export const sparseDecoders: readonly Decoder[] = [
  {
    name: 'streams: parseSparsely beside JSON.parse',
    mayThrow: isNothingThere,
    run(bytes) {
      const sparse = parseSparsely(bytes, shape);
      if (sparse === undefined) throw nothingThere;
      must(isDeepStrictEqual(sparse, prune(parseAll(bytes), shape)), 'not what JSON.parse says');
    },
  },
  {
    name: 'commercetools: keys and ids of splitPush beside parsePush',
    mayThrow: isNothingThere,
    run(bytes) {
      let parts: ReturnType<typeof splitPush>;
      try {
        parts = splitPush(bytes);
      } catch {
        must(parsedPush(bytes) === undefined, 'nothing is split of what can be read');
        throw nothingThere;
      }
      for (const { key, value, id } of parts) {
        const notification = parsedPush(value);
        must(key === (notification?.resource?.id ?? null), 'another key than that of the whole notification');
        must(id === (notification?.id ?? null), 'another id than that of the whole notification');
      }
    },
  },
  {
    name: 'fulfillmenttools: notificationIds beside JSON.parse',
    mayThrow: isNothingThere,
    run(bytes) {
      const ids = notificationIds(bytes);
      const { event, eventId, payload, pickJobRef } = toFields(parseAll(bytes));
      const [name, job] = [toText(event), toText(pickJobRef)];
      const parts = { payload, ...(name !== null && { event: name }), ...(job !== null && { pickJobRef: job }) };
      const { processId, tenantOrderId, entityId } = toReferences(parts);
      must(ids.key === (processId ?? tenantOrderId ?? entityId), 'another key than that of the whole notification');
      must(ids.eventId === toText(eventId), 'another id than that of the whole notification');
      if (ids.key === null && ids.eventId === null) throw nothingThere;
    },
  },
  {
    name: 'landing: pubSubData beside JSON.parse',
    mayThrow: isNothingThere,
    run(bytes) {
      const data = pubSubData(bytes);
      const value = parseAll(bytes) as { readonly message?: { readonly data?: unknown } | null } | null | undefined;
      const text = value?.message?.data;
      const whole = typeof text === 'string' && text !== '' ? Buffer.from(text, 'base64') : undefined;
      const wanted = whole !== undefined && nestsDeeperThan(whole, deepestJson) ? undefined : whole;
      must(isDeepStrictEqual(data, wanted), 'not what JSON.parse says');
      if (data === undefined) throw nothingThere;
    },
  },
];
