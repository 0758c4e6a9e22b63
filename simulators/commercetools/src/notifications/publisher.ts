import { randomUUID } from 'node:crypto';
import type { Actor, Order } from '../model.ts';
import type { MessagePayload } from '../orders/action.ts';
import type { Random } from '../random.ts';
import { type Envelope, toBody } from './envelope.ts';
import { saysConfirmed, testNotification, toNotification, withoutIdentifiers, withoutPayload } from './message.ts';
import type { Pusher } from './push.ts';
import type { DeliverySettings } from './settings.ts';

export interface PushTarget {
  readonly id: string;
  readonly url: string;
  readonly envelope: Envelope;
  readonly headers: Readonly<Record<string, string>>;
  /** Message types to send; absent: all. */
  readonly types?: readonly string[];
  /** What the target answered to the test notification; null: nothing (yet). */
  testStatus: number | null;
}

/** Turns what happened to an order into notifications and hands them to the push targets. */
export interface Publisher {
  publish(order: Order, payloads: readonly MessagePayload[], change: Change): void;
  register(target: Omit<PushTarget, 'id' | 'testStatus'>): PushTarget;
  targets(): readonly PushTarget[];
  /** Epoch ms at which the first notification that says Confirmed was first sent, by order id. */
  confirmedSentAt(): ReadonlyMap<string, number>;
  reset(): void;
}

export interface Change {
  readonly resourceVersion: number;
  readonly actor: Actor | undefined;
  /** ISO timestamp. */
  readonly now: string;
}

export interface PublisherOptions {
  readonly projectKey: string;
  readonly pusher: Pusher;
  readonly settings: DeliverySettings;
  readonly random: Random;
  readonly now: () => number;
}

export function createPublisher(options: PublisherOptions): Publisher {
  const { projectKey, pusher, settings, random } = options;
  const sequences = new Map<string, number>();
  const confirmed = new Map<string, number>();
  let targets: PushTarget[] = [];

  function publishOne(order: Order, payload: MessagePayload, change: Change): void {
    const sequenceNumber = (sequences.get(order.id) ?? 0) + 1;
    sequences.set(order.id, sequenceNumber);
    let notification = toNotification(order, payload, { projectKey, id: randomUUID(), sequenceNumber, ...change });
    if (random() < settings.payloadNotIncluded) notification = withoutPayload(notification, payload);
    if (random() < settings.withoutOrderNumber) notification = withoutIdentifiers(notification);
    const isConfirmed = saysConfirmed(payload);
    const onSend = (at: number) => {
      if (isConfirmed && !confirmed.has(order.id)) confirmed.set(order.id, at);
    };
    for (const { url, envelope, headers, types } of targets)
      if (!types || types.includes(payload.type))
        pusher.push({ url, headers, body: toBody(envelope, notification, change.now), onSend });
  }

  async function probe(target: PushTarget): Promise<void> {
    const now = new Date(options.now()).toISOString();
    const body = toBody(target.envelope, testNotification({ projectKey, id: target.id, now }), now);
    target.testStatus = await pusher.probe({ url: target.url, headers: target.headers, body, onSend: () => {} });
  }

  return {
    publish(order, payloads, change) {
      for (const payload of payloads) publishOne(order, payload, change);
    },
    register(draft) {
      const target: PushTarget = { ...draft, id: randomUUID(), testStatus: null };
      targets.push(target);
      void probe(target);
      return target;
    },
    targets: () => targets,
    confirmedSentAt: () => confirmed,
    reset() {
      targets = [];
      sequences.clear();
      confirmed.clear();
    },
  };
}
