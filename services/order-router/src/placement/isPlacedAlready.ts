import { amendedVersion, currentPlacement, dividedInto, entryForTarget, isAmendmentOpen } from '@pipeline/fulfillment';
import type { CommerceOrderEvent, LedgerEntry, Placement } from '@pipeline/schemas';

const typeOf = (type: CommerceOrderEvent['type']): string => `commerce.order.${type}`;
const AMENDED = typeOf('OrderAmended');
const confirmingTypes: ReadonlySet<string> = new Set([
  AMENDED,
  ...(['OrderConfirmed', 'OrderPaymentChanged'] as const).map(typeOf),
]);

/** Nothing is to be unlocked. */
const OPEN: readonly Placement['lock'][] = ['none', 'routing', 'unlocked'];

/**
 * Would the ledger's rules do nothing about an event, whatever is in it, because its order is placed, and as it was then
 * or later? Without type and version among its headers (`ce_type`, `order-version`, see the reference) that is not
 * known. Also a redrive changes nothing about a placed order.
 */
export function isPlacedAlready(headers: Readonly<Record<string, string>>, entry: LedgerEntry | undefined): boolean {
  const targets = entry ? dividedInto(entry) : [];
  return entry && targets.length > 0
    ? targets.every((target) => isDone(headers, entryForTarget(entry, target)))
    : isDone(headers, entry);
}

function isDone(headers: Readonly<Record<string, string>>, entry: LedgerEntry | undefined): boolean {
  const placement = currentPlacement(entry);
  const type = headers['ce_type'] ?? '';
  if (placement?.status !== 'placed' || !OPEN.includes(placement.lock) || !confirmingTypes.has(type)) return false;
  if (isAmendmentOpen(placement)) return false;
  return type !== AMENDED || isJudged(headers['order-version'], placement);
}

/** 0, and no header: not known. */
function isJudged(header: string | undefined, placement: Placement): boolean {
  const version = Number(header ?? 0);
  return version > 0 && version <= amendedVersion(placement);
}
