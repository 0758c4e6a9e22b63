import type { Subscription } from '../subscriptions/subscription.ts';
import { type Envelope, envelopeOf, type Wrapping } from './envelope.ts';

/** Where notifications are pushed to: what stands behind a subscription's destination. */
export interface PushTargetDraft {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The key of the subscription whose notifications it gets; absent: those that the next members say. */
  readonly subscription?: string;
  /** (Default: that of the subscription's destination, else `bare`) */
  readonly envelope?: Envelope;
  /** (Default: that of the subscription, else Platform) */
  readonly format?: 'Platform' | 'CloudEvents';
  /** Message types to send; absent: all. */
  readonly types?: readonly string[];
  /** Whether to send changes of orders and channels, too. */
  readonly changes?: boolean;
  /** Nothing is sent before the endpoint has confirmed, as SNS and Event Grid want it. (Default: false) */
  readonly confirmationRequired?: boolean;
}

export interface PushTarget extends PushTargetDraft {
  readonly id: string;
  /** What the target answered to the test notification; null: nothing (yet). */
  testStatus: number | null;
  /** Whether an SNS or Event Grid endpoint has agreed to be one. */
  confirmed: boolean;
}

/** Of a message of this type, or with undefined of a change. */
export function wants(target: PushTarget, typeId: string, type: string | undefined): boolean {
  if (type === undefined) return target.changes === true;
  return typeId !== 'subscription' && (!target.types || target.types.includes(type));
}

export const wrappingOf = (
  { envelope, format, id }: PushTarget,
  subscription: Subscription | undefined,
): Omit<Wrapping, 'publishTime'> => ({
  envelope: envelope ?? (subscription ? envelopeOf[subscription.destination.type] : 'bare'),
  format: format ?? subscription?.format.type ?? 'Platform',
  key: subscription?.key ?? `simulator-${id}`,
});
