import { currentPlacement, dividedInto, entryForTarget } from '@pipeline/fulfillment';
import { parsePush } from '@pipeline/platform-commercetools';
import { parseNotification } from '@pipeline/provider-fulfillmenttools';
import type { CommerceOrderEvent, FulfillmentEvent, LedgerEntry, OrderFulfillmentState } from '@pipeline/schemas';
import type { RawMessage } from '@pipeline/streams';

/** What a record says in one line, from fields that are no personal data. */

export function describePush({ value }: Pick<RawMessage, 'value'>): string {
  try {
    const { type, notificationType, resourceVersion } = parsePush(value ?? Buffer.alloc(0));
    return `${plain(type ?? notificationType)}${resourceVersion === 0 ? '' : `, order version ${resourceVersion}`}`;
  } catch {
    return 'something that is no notification';
  }
}

export function describeWebhook({ value }: Pick<RawMessage, 'value'>): string {
  try {
    return plain(parseNotification(value ?? Buffer.alloc(0)).event);
  } catch {
    return 'something that is no notification';
  }
}

/** A vendor's name of an event; whoever posts can write anything there. */
const plain = (name: string): string =>
  /^[A-Za-z_]{1,60}$/.test(name) ? name : 'a notification without a proper name';

export const describeOrderEvent = ({ type, cause, orderVersion }: CommerceOrderEvent): string =>
  `${type} (${plain(cause)})${orderVersion === 0 ? '' : `, order version ${orderVersion}`}`;

export function describeEvent(event: FulfillmentEvent): string {
  const { type, cause, order, routingPlan, pickJob, handoverJob, parcel } = event;
  const entity = order ?? routingPlan ?? pickJob ?? handoverJob ?? parcel ?? event.return;
  if (!entity) return `${type} (${plain(cause)})`;
  return `${type} (${plain(cause)}): ${entity.id} is ${entity.status}, version ${entity.version}`;
}

export function describeEntry(entry: LedgerEntry): string {
  const targets = dividedInto(entry);
  if (targets.length === 0) return describeWhole(entry);
  return targets.map((target) => `${target}: ${describeWhole(entryForTarget(entry, target))}`).join('; ');
}

function describeWhole(entry: LedgerEntry): string {
  const placement = currentPlacement(entry);
  if (!placement) return 'noted, nothing placed';
  const { status, reason, attempt, providerOrderId } = placement;
  return [
    status,
    ...(reason === null ? [] : [`(${reason})`]),
    ...(attempt > 0 ? [`attempt ${attempt}`] : []),
    ...(providerOrderId === null ? [] : [`as ${providerOrderId}`]),
  ].join(' ');
}

/** What a state says that the one before it did not; undefined: nothing that a person sees in the shop. */
export function describeState(
  { written, refused, platform }: OrderFulfillmentState,
  before: OrderFulfillmentState | undefined,
): string | undefined {
  const changes = [
    ...(written?.shipmentState && written.shipmentState !== before?.written?.shipmentState
      ? [`wrote ShipmentState ${written.shipmentState}`]
      : []),
    ...(written?.pickJobId && written.pickJobId !== before?.written?.pickJobId
      ? [`wrote pick job ${written.pickJobId}`]
      : []),
    ...(written?.providerOrderId && written.providerOrderId !== before?.written?.providerOrderId
      ? [`wrote fulfillmenttools order ${written.providerOrderId}`]
      : []),
    ...refused
      .filter(({ group, value }) => !before?.refused.some((old) => old.group === group && old.value === value))
      .map(({ group, code }) => `was refused the ${group} (${code})`),
    ...(platform?.gone && !before?.platform?.gone ? ['found the order deleted'] : []),
  ];
  return changes.length === 0 ? undefined : changes.join(', ');
}
