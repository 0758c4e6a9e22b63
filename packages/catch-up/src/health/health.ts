import { isTime } from '../cursor.ts';

/** A subscription as the vendor shows it. */
export interface SubscriptionView {
  readonly id: string;
  readonly version: number;
  readonly status: string;
  /** ISO. */
  readonly createdAt: string;
}

/** What is remembered of a subscription between two looks at it. */
export interface SubscriptionHealth {
  /** null: it is not there. */
  readonly id: string | null;
  readonly version: number;
  readonly status: string;
  /** When it was last seen to deliver, before anything was kept back; ISO. */
  readonly deliveredAt: string;
}

export interface LostWindow {
  /** ISO. */
  readonly from: string;
  /** Exclusive, ISO. */
  readonly until: string;
  readonly reason: 'subscription-recovered' | 'subscription-changed' | 'subscription-recreated';
}

/** It is not there, or was deleted. */
export const MISSING = 'Missing';

export interface HealthRules {
  /** Statuses in which everything is sent at once. */
  readonly delivering: readonly string[];
  /** Statuses in which what happens is never sent, and what was kept back before is lost, too. */
  readonly losing: readonly string[];
  /** A change of a subscription takes this long to be effective, in milliseconds. */
  readonly effectiveAfterMs: number;
}

export interface Look {
  /** undefined: there is none. */
  readonly found: SubscriptionView | undefined;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Where to begin when nothing is known of the time before; milliseconds since the epoch. */
  readonly knownSince: number;
}

/**
 * Takes in a look at a subscription: what to remember, and the window that must be read again. A window begins where it
 * was last seen to deliver, since what is kept back later may get lost with it, and opens once it is not losing any more;
 * it reaches as far as the change needs to be effective. Statuses between two looks stay unseen: a change of version or
 * id tells of them.
 */
export function foldHealth(
  known: SubscriptionHealth | null,
  { found, at, knownSince }: Look,
  { delivering, losing, effectiveAfterMs }: HealthRules,
): { readonly health: SubscriptionHealth; readonly window: LostWindow | undefined } {
  const { id = null, version = 0, status = MISSING } = found ?? {};
  const loses = (each: string): boolean => each === MISSING || losing.includes(each);
  const iso = (ms: number): string => new Date(ms).toISOString();
  const reason = reasonOf();

  function reasonOf(): LostWindow['reason'] | undefined {
    if (known === null || loses(status)) return undefined;
    if (known.id !== id) return 'subscription-recreated';
    if (loses(known.status)) return 'subscription-recovered';
    return known.version === version ? undefined : 'subscription-changed';
  }
  function deliveredAt(): string {
    if (delivering.includes(status) || reason) return iso(at);
    return known?.deliveredAt ?? iso(Math.min(at, knownSince));
  }
  return {
    health: { id, version, status, deliveredAt: deliveredAt() },
    window: known && reason ? { from: known.deliveredAt, until: iso(at + effectiveAfterMs), reason } : undefined,
  };
}

export const isHealth = (value: unknown): value is SubscriptionHealth => {
  const { id, version, status, deliveredAt } = (value ?? {}) as Partial<Record<keyof SubscriptionHealth, unknown>>;
  return (
    (id === null || typeof id === 'string') &&
    typeof version === 'number' &&
    typeof status === 'string' &&
    isTime(deliveredAt)
  );
};
