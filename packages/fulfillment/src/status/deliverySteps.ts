import type { LineQuantity, OrderParts, PlatformDelivery, PlatformParcel } from '@pipeline/schemas/types';
import type { DeliveryStep, ParcelDraft } from '../ports.ts';
import { addUpLines, createAllocation, sameItems } from './allocate.ts';
import type { DesiredDeliveries, DesiredDelivery } from './deliveries.ts';

export interface DeliveryPlan {
  /** Removals first: keys and goods become free. */
  readonly steps: readonly DeliveryStep[];
  /** Keys of deliveries that the order has no place for: it has no shipping, or several and nobody says which. */
  readonly noPlace: readonly string[];
  /** Keys of deliveries of which no goods can be found among the ordered ones. */
  readonly noGoods: readonly string[];
}

interface Draft extends Omit<Extract<DeliveryStep, { step: 'addDelivery' }>, 'step' | 'shippingKey'> {
  /** null: none is needed. undefined: there is no place. */
  readonly shippingKey: string | null | undefined;
}

/**
 * What leads from the deliveries that the platform shows to those that it should show. Only deliveries and parcels that
 * bear our keys are touched; values that are known are never emptied. Empty when all is as it should be.
 */
export function planDeliveries(desired: DesiredDeliveries, parts: OrderParts): DeliveryPlan {
  const drafts = toDrafts(desired.deliveries, parts);
  const goods = drafts.filter(({ items }) => items.length > 0);
  const removed = removals(desired, goods, parts);
  const left = withoutRemoved(parts, removed);
  const shown = (key: string) => parts.deliveries.find((delivery) => delivery.key === key);
  const missing = goods.filter(({ key }) => !shown(key));
  return {
    steps: [
      ...removed,
      ...missing.flatMap(({ key, shippingKey, items, parcels }) => {
        if (shippingKey === undefined) return [];
        const added = parcels.filter((parcel) => !findParcel(left, parcel.key));
        return [{ step: 'addDelivery' as const, key, shippingKey, items, parcels: added }];
      }),
      ...goods.flatMap((draft) => changes(draft, shown(draft.key), { desired, parts: left })),
      ...idleChanges(desired, left),
    ],
    noPlace: missing.filter(({ shippingKey }) => shippingKey === undefined).map(({ key }) => key),
    noGoods: drafts.filter(({ items }) => items.length === 0).map(({ key }) => key),
  };
}

/**
 * A target bears the name of a shipping key; where several have the same, something behind a dot tells them apart, which
 * no shipping key has.
 */
function shippingKeyOf(target: string | null, { shippingKeys }: OrderParts): string | null | undefined {
  if (shippingKeys.includes('')) return null;
  const named = [target, target?.replace(/\.[^.]*$/, '')].find((name) => shippingKeys.includes(name ?? ''));
  return named ?? (shippingKeys.length === 1 ? shippingKeys[0] : undefined);
}

function toDrafts(deliveries: readonly DesiredDelivery[], parts: OrderParts): Draft[] {
  const allocate = createAllocation(parts.lines);
  return deliveries.map(({ key, target, handovers, parcels }) => {
    const allocated = handovers.map(({ parcelId, lines: goods }) => ({ parcelId, items: allocate(goods) }));
    const inParcel = (id: string) => addUpLines(allocated.flatMap((each) => (each.parcelId === id ? each.items : [])));
    return {
      key,
      shippingKey: shippingKeyOf(target, parts),
      items: addUpLines(allocated.flatMap(({ items }) => items)),
      parcels: parcels.map((parcel) => ({ ...parcel, items: inParcel(parcel.key) })),
    };
  });
}

function removals(desired: DesiredDeliveries, drafts: readonly Draft[], parts: OrderParts): DeliveryStep[] {
  const idle = parts.deliveries.filter(({ key }) => desired.without.includes(key));
  const gone = idle.filter((delivery) => desired.reverted === 'remove' || isTooMuch(delivery, drafts, parts));
  const kept = parts.deliveries.filter((delivery) => !gone.includes(delivery) && isOurs(delivery, drafts));
  const dead = kept.flatMap(({ parcels }) => parcels.filter(({ key }) => desired.deadParcels.includes(key)));
  return [
    ...gone.map(({ key }) => ({ step: 'removeDelivery' as const, key })),
    ...dead.map(({ key }) => ({ step: 'removeParcel' as const, key })),
  ];
}

/** What is left after them: a parcel that goes with its delivery comes again with the one that replaces it. */
function withoutRemoved(parts: OrderParts, removed: readonly DeliveryStep[]): OrderParts {
  const keysOf = (name: DeliveryStep['step']): string[] =>
    removed.flatMap((step) => (step.step === name && 'key' in step ? [step.key] : []));
  const [deliveries, parcels] = [keysOf('removeDelivery'), keysOf('removeParcel')];
  return {
    ...parts,
    deliveries: parts.deliveries
      .filter(({ key }) => !deliveries.includes(key))
      .map((delivery) => ({ ...delivery, parcels: delivery.parcels.filter(({ key }) => !parcels.includes(key)) })),
  };
}

const isOurs = ({ key }: PlatformDelivery, drafts: readonly Draft[]): boolean =>
  drafts.some((draft) => draft.key === key);

/** Would more be delivered than was ordered if this one stayed? Then its goods have left with another. */
function isTooMuch(delivery: PlatformDelivery, drafts: readonly Draft[], { lines }: OrderParts): boolean {
  const delivered = addUpLines([...drafts.flatMap(({ items }) => items), ...delivery.items]);
  const ordered = (lineId: string) => lines.find(({ id }) => id === lineId)?.quantity ?? 0;
  const ownLines = new Set(delivery.items.map(({ lineId }) => lineId));
  return delivered.some(({ lineId, quantity }) => ownLines.has(lineId) && quantity > ordered(lineId));
}

function changes(
  draft: Draft,
  shown: PlatformDelivery | undefined,
  { desired, parts }: { readonly desired: DesiredDeliveries; readonly parts: OrderParts },
): DeliveryStep[] {
  const known = draft.parcels.flatMap((parcel) => {
    const there = findParcel(parts, parcel.key);
    return there ? parcelChanges(parcel, there, desired.trackingLinks) : [];
  });
  if (!shown) return known;
  const items = sameItems(shown.items, draft.items) ? [] : [toItems('setDeliveryItems', draft.key, draft.items)];
  const added = draft.parcels
    .filter(({ key }) => !findParcel(parts, key))
    .map((parcel) => ({ step: 'addParcel' as const, deliveryKey: draft.key, parcel }));
  return [...items, ...added, ...known];
}

/** What came back, and stays, is told of its parcels what was heard too late: whether it was is no matter of chance. */
const idleChanges = ({ without, idleParcels, trackingLinks }: DesiredDeliveries, { deliveries }: OrderParts) =>
  deliveries
    .filter(({ key }) => without.includes(key))
    .flatMap(({ parcels }) =>
      parcels.flatMap((shown) => {
        const known = idleParcels.find(({ key }) => key === shown.key);
        return known ? parcelChanges({ ...known, items: [] }, shown, trackingLinks) : [];
      }),
    );

/** Wherever it is: its key can be there only once. */
const findParcel = ({ deliveries }: OrderParts, key: string): PlatformParcel | undefined =>
  deliveries.flatMap(({ parcels }) => parcels).find((parcel) => parcel.key === key);

function parcelChanges(wanted: ParcelDraft, shown: PlatformParcel, links: boolean): DeliveryStep[] {
  const { key } = wanted;
  const carrier = wanted.carrier ?? shown.carrier;
  const trackingNumber = wanted.trackingNumber ?? shown.trackingNumber;
  const { trackingUrl } = wanted;
  return [
    ...(carrier === shown.carrier && trackingNumber === shown.trackingNumber
      ? []
      : [{ step: 'setParcelTracking' as const, key, carrier, trackingNumber }]),
    ...(links && trackingUrl !== null && trackingUrl !== shown.trackingUrl && !shown.foreignType
      ? [{ step: 'setParcelLink' as const, key, trackingUrl }]
      : []),
    ...(wanted.items.length === 0 || sameItems(wanted.items, shown.items)
      ? []
      : [toItems('setParcelItems', key, wanted.items)]),
  ];
}

const toItems = (
  step: 'setDeliveryItems' | 'setParcelItems',
  key: string,
  items: readonly LineQuantity[],
): DeliveryStep => ({ step, key, items });
