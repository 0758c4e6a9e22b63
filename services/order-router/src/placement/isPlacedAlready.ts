import { currentPlacement } from '@pipeline/fulfillment';
import type { CommerceOrderEvent, LedgerEntry, Placement } from '@pipeline/schemas';

const CONFIRMING: readonly CommerceOrderEvent['type'][] = ['OrderConfirmed', 'OrderAmended', 'OrderPaymentChanged'];
const confirmingTypes: ReadonlySet<string> = new Set(CONFIRMING.map((type) => `commerce.order.${type}`));

/** Nothing is to be unlocked. */
const OPEN: readonly Placement['lock'][] = ['none', 'routing', 'unlocked'];

/**
 * Would the ledger's rules do nothing about an event, whatever is in it, because its order is placed? Without the type
 * among its headers (`ce_type`, see the reference) that is not known. Also a redrive changes nothing about a placed order.
 */
export function isPlacedAlready(headers: Readonly<Record<string, string>>, entry: LedgerEntry | undefined): boolean {
  const placement = currentPlacement(entry);
  return (
    placement?.status === 'placed' && OPEN.includes(placement.lock) && confirmingTypes.has(headers['ce_type'] ?? '')
  );
}
