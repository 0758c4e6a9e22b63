import { toNotification } from './notification.ts';
import { splitArray } from './splitBatch.ts';
import { createPushReader, unwrapValue } from './unwrap.ts';

/** What of a push becomes one record. */
export interface PushPart {
  /** Id of the resource that it is about; null when there is none. */
  readonly key: string | null;
  readonly value: Buffer;
  /** Of the notification, as `CommercetoolsNotification.id`; null when it is none. */
  readonly id: string | null;
}

/**
 * Elements of a batch that are taken apart. Event Grid sends at most 1 MiB at a time and a notification has some 600
 * bytes there, so that it never sends as many; each of them costs a record with its headers.
 */
export const maxBatch = 2_000;

/** What key and id are made of: not the order. */
const readPush = createPushReader(['id', 'resource', 'resourceVersion', 'version']);

/**
 * The notifications of a push, each as the sender's bytes. A batch (a JSON array: Event Grid) is taken apart: each part goes
 * under the key of its own order, so that the notifications of an order stay in one partition, and one that cannot be
 * understood does not take the others along to the dead letters. One of more than `maxBatch` stays whole, and becomes a
 * dead letter.
 * @throws Error when the push is not JSON, or something in it cannot be read: it is then to be kept whole.
 */
export function splitPush(bytes: Buffer): readonly PushPart[] {
  const value = readPush(bytes);
  if (!Array.isArray(value)) return [toPart(value, bytes)];
  if (value.length > maxBatch) return [{ key: null, value: bytes, id: null }];
  const parts = splitArray(bytes);
  if (parts.length !== value.length) throw new RangeError('The batch does not fall into its elements.');
  return value.map((element, index) => toPart(element, parts[index] ?? bytes));
}

/** Never throws: an element that is no notification is a record without a key. */
function toPart(element: unknown, value: Buffer): PushPart {
  try {
    const notification = toNotification(unwrapValue(element, readPush));
    return { key: notification?.resource?.id ?? null, value, id: notification?.id ?? null };
  } catch {
    return { key: null, value, id: null };
  }
}
