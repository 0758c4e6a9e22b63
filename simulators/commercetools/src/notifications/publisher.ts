import { randomUUID } from 'node:crypto';
import type { Dice } from '../dice.ts';
import type { Message } from '../messages/messageStore.ts';
import type { Actor, Order } from '../model.ts';
import type { MessagePayload } from '../orders/action.ts';
import type { Quirks } from '../quirks.ts';
import type { State } from '../state.ts';
import { fateOf, selects, type Subscription } from '../subscriptions/subscription.ts';
import { confirm } from './confirmation.ts';
import { wrap } from './envelope.ts';
import {
  type ChangeKind,
  type Notification,
  saysConfirmed,
  type Subject,
  testNotification,
  toChange,
  toNotification,
  toSubject,
  withoutActor,
  withoutIdentifiers,
  withoutPayload,
} from './message.ts';
import type { Pusher } from './push.ts';
import type { DeliverySettings } from './settings.ts';
import { type PushTarget, type PushTargetDraft, wants, wrappingOf } from './target.ts';

/** What happened to an order. */
export interface Publication {
  readonly order: Order;
  readonly payloads: readonly MessagePayload[];
  /** Absent: there is no change notification, as of an order edit. */
  readonly kind?: ChangeKind;
  readonly resourceVersion: number;
  readonly oldVersion?: number;
  readonly dataErasure?: boolean;
  readonly actor: Actor | undefined;
  /** ISO timestamp. */
  readonly now: string;
}

/** What happened to anything, e.g. a payment. */
export interface Announcement {
  readonly subject: Subject;
  readonly payload: MessagePayload;
  readonly resourceVersion: number;
  readonly actor: Actor | undefined;
  readonly now: string;
}

/** A change of anything, which a subscription to changes gets. */
export interface Change {
  readonly subject: Subject;
  /** What decisions by chance go by, the same in each run. */
  readonly name: string;
  readonly kind: ChangeKind;
  readonly version: number;
  readonly oldVersion?: number | undefined;
  readonly dataErasure?: boolean | undefined;
  readonly now: string;
}

/** Turns what happened into messages, keeps them for queries, and hands them to the push targets. */
export interface Publisher {
  publish(publication: Publication): void;
  announce(announcement: Announcement): void;
  /** Without any message. */
  tell(change: Change): void;
  /** `origin` is the base URL of the simulator, for what the target has to call. */
  register(draft: PushTargetDraft, origin: string): PushTarget;
  /** The endpoint agrees, with the token that it was sent. */
  confirm(token: string): boolean;
  /** Sends a test notification to the targets of a subscription; resolves with what each answered. */
  test(subscription: Subscription): Promise<readonly (number | null)[]>;
  /** Sends what was held back, when the subscription is healthy. */
  release(subscription: Subscription): void;
  targets(): readonly PushTarget[];
  /** Epoch ms at which the first notification that says Confirmed was first sent, by order id. */
  confirmedSentAt(): ReadonlyMap<string, number>;
  reset(): void;
}

export interface PublisherOptions {
  readonly projectKey: string;
  readonly state: State;
  readonly pusher: Pusher;
  readonly settings: DeliverySettings;
  readonly quirks: Quirks;
  readonly dice: Dice;
  readonly now: () => number;
}

interface Parcel {
  readonly notification: Notification;
  readonly subject: Subject;
  /** Of the message; undefined: a change. */
  readonly type: string | undefined;
  readonly key: string;
  readonly now: string;
  readonly onSend: (at: number) => void;
}

export function createPublisher(options: PublisherOptions): Publisher {
  const { projectKey, state, pusher, settings, quirks, dice } = options;
  const sequences = new Map<string, number>();
  const confirmed = new Map<string, number>();
  const held = new Map<string, (() => void)[]>();
  let targets: PushTarget[] = [];

  function announce({ subject, payload, ...change }: Announcement): void {
    const sequenceNumber = (sequences.get(subject.id) ?? 0) + 1;
    sequences.set(subject.id, sequenceNumber);
    const key = `${state.orders.nameOf(subject.id)}#${sequenceNumber}`;
    const envelope = { projectKey, id: randomUUID(), sequenceNumber, ...change };
    let notification = toNotification(subject, payload, envelope);
    if (state.project.messages.enabled)
      state.messages.add(toMessage(notification), options.now() + dice('message lag', key) * quirks.messageLagMs);
    if (dice('payload', key) < settings.payloadNotIncluded) notification = withoutPayload(notification, payload);
    if (dice('identifiers', key) < settings.withoutOrderNumber) notification = withoutIdentifiers(notification);
    if (dice('actor', key) < settings.withoutActor) notification = withoutActor(notification);
    const isConfirmed = saysConfirmed(payload);
    const onSend = (at: number) => {
      if (isConfirmed && !confirmed.has(subject.id)) confirmed.set(subject.id, at);
    };
    send({ notification, subject, type: payload.type, key, now: change.now, onSend });
  }

  function tell({ subject, name, now, ...change }: Change): void {
    const key = `${name}@${change.version} ${change.kind}`;
    const notification = toChange(subject, { ...change, projectKey, now });
    send({ notification, subject, type: undefined, key, now, onSend: () => undefined });
  }

  function send(parcel: Parcel): void {
    for (const target of targets) {
      if (target.confirmationRequired && !target.confirmed) continue;
      const { subscription: subscriptionKey } = target;
      const subscription = subscriptionKey === undefined ? undefined : state.subscriptions.byKey(subscriptionKey);
      if (subscriptionKey === undefined) {
        if (wants(target, parcel.subject.typeId, parcel.type)) push(target, undefined, parcel);
      } else if (subscription && selects(subscription, parcel.subject.typeId, parcel.type))
        sendBy(subscription, () => push(target, subscription, parcel));
    }
  }

  function sendBy({ id, status, effectiveFrom }: Subscription, run: () => void): void {
    if (options.now() < effectiveFrom) return;
    const fate = fateOf[status];
    if (fate === 'sent') run();
    if (fate !== 'held') return;
    const waiting = held.get(id) ?? [];
    waiting.push(run);
    held.set(id, waiting);
  }

  function push(target: PushTarget, subscription: Subscription | undefined, parcel: Parcel): void {
    const { notification, now, key, onSend } = parcel;
    const wrapping = { ...wrappingOf(target, subscription), publishTime: now };
    pusher.push({
      url: target.url,
      headers: target.headers,
      wrap: () => wrap(notification, wrapping),
      key: `${targets.indexOf(target)}/${key}`,
      onSend,
    });
  }

  async function probe(target: PushTarget, subscription: Subscription | undefined): Promise<number | null> {
    const now = new Date(options.now()).toISOString();
    const wrapping = { ...wrappingOf(target, subscription), publishTime: now };
    const { id, key = wrapping.key } = subscription ?? (target as { id: string; key?: string });
    const { body, headers } = wrap(testNotification({ projectKey, id, key, now }), wrapping);
    const answer = await pusher.probe('POST', { url: target.url, body, headers: { ...headers, ...target.headers } });
    target.testStatus = answer?.status ?? null;
    return target.testStatus;
  }

  return {
    announce,
    tell,
    publish({ order, payloads, kind, resourceVersion, oldVersion, dataErasure, actor, now }) {
      const subject = toSubject(order);
      for (const payload of payloads) announce({ subject, payload, resourceVersion, actor, now });
      if (!kind) return;
      const name = state.orders.nameOf(order.id);
      tell({ subject, name, kind, version: resourceVersion, oldVersion, dataErasure, now });
    },
    register(draft, origin) {
      const target: PushTarget = { ...draft, id: randomUUID(), testStatus: null, confirmed: false };
      targets.push(target);
      const subscription = draft.subscription === undefined ? undefined : state.subscriptions.byKey(draft.subscription);
      const { envelope } = wrappingOf(target, subscription);
      void confirm({ target, envelope, origin, pusher, now: options.now });
      if (draft.subscription === undefined || subscription) void probe(target, subscription);
      return target;
    },
    confirm(token) {
      const target = targets.find(({ id }) => id === token);
      if (target) target.confirmed = true;
      return target !== undefined;
    },
    test: (subscription) =>
      Promise.all(
        targets
          .filter((target) => target.subscription === subscription.key)
          .map((target) => probe(target, subscription)),
      ),
    release({ id, status }) {
      if (fateOf[status] !== 'sent') return;
      for (const run of held.get(id) ?? []) run();
      held.delete(id);
    },
    targets: () => targets,
    confirmedSentAt: () => confirmed,
    reset() {
      targets = [];
      sequences.clear();
      confirmed.clear();
      held.clear();
    },
  };
}

function toMessage({ notificationType: _, projectKey: __, ...message }: Notification): Message {
  return message as unknown as Message;
}
