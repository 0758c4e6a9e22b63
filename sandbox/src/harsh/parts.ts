/**
 * What a commerce order shows of its deliveries, parcels and returns, and what it must show: one text for each, by name,
 * so that they compare like fields. Worked out from the entities that fulfillmenttools has in the end, and from nothing
 * of the pipeline.
 */
import type { Expectation } from '../simulatorApi.ts';

/** As the vendor's API answers; only what is asked here. */
export interface HandoverJobRead {
  readonly id: string;
  readonly channel: string;
  readonly status: string;
  readonly pickJobRef?: string;
  readonly transfers?: readonly { readonly type: string }[];
  readonly handoverJobParcelInfo?: { readonly parcelRef?: string; readonly carrierKey?: string };
  readonly handoverJobLineItems: readonly HandoverLineRead[];
}

interface HandoverLineRead {
  readonly article: { readonly tenantArticleId: string };
  readonly quantity: number;
  readonly handedOverQuantity?: number;
  readonly substituteLineItems?: readonly { readonly handedOverQuantity?: number }[];
}

export interface ParcelRead {
  readonly id: string;
  readonly result?: { readonly carrierTrackingNumber?: string; readonly trackingUrl?: string };
}

export interface ItemReturnJobRead {
  readonly status: string;
  readonly itemReturns: readonly {
    readonly id: string;
    /** Each stands for one piece. */
    readonly returnedLineItems: readonly { readonly tenantArticleId: string; readonly status: string }[];
  }[];
}

/** What fulfillmenttools did for one order. */
export interface Work {
  readonly handoverJobs: readonly HandoverJobRead[];
  readonly parcels: readonly ParcelRead[];
  readonly itemReturnJobs: readonly ItemReturnJobRead[];
}

/** As commercetools answers; only what is asked here. */
export interface OrderRead {
  readonly lineItems: readonly { readonly id: string; readonly variant: { readonly sku?: string } }[];
  readonly shippingInfo?: { readonly deliveries?: readonly DeliveryRead[] };
  readonly shipping?: readonly { readonly shippingInfo?: { readonly deliveries?: readonly DeliveryRead[] } }[];
  readonly returnInfo?: readonly {
    readonly returnTrackingId?: string;
    readonly items: readonly ItemRead<'lineItemId'>[];
  }[];
}

type ItemRead<Id extends string> = Readonly<Record<Id, string>> & {
  readonly quantity: number;
  readonly shipmentState?: string;
};

interface DeliveryRead {
  readonly key?: string;
  readonly items: readonly ItemRead<'id'>[];
  readonly parcels: readonly {
    readonly key?: string;
    readonly trackingData?: { readonly trackingId?: string; readonly carrier?: string };
    readonly custom?: { readonly fields: Readonly<Record<string, unknown>> };
    readonly items?: readonly ItemRead<'id'>[];
  }[];
}

export type Parts = Readonly<Record<string, string>>;

interface Goods {
  readonly article: string;
  readonly quantity: number;
}

interface ParcelText {
  readonly delivery: string;
  readonly carrier: string | undefined;
  readonly number: string | undefined;
  readonly url: string | undefined;
  readonly goods: readonly Goods[];
}

const TRACKING_URL = 'fft_tracking_url';

/** What the order shows. Of two things with one name both are in the text, so that it is another than the expected. */
export function shownParts(order: OrderRead): Parts {
  const sku = (lineId: string) => order.lineItems.find(({ id }) => id === lineId)?.variant.sku ?? `line item ${lineId}`;
  const toGoods = (items: readonly ItemRead<'id'>[] = []): Goods[] =>
    items.map(({ id, quantity }) => ({ article: sku(id), quantity }));
  const infos = [order.shippingInfo, ...(order.shipping ?? []).map(({ shippingInfo }) => shippingInfo)];
  const deliveries = infos.flatMap((info) => info?.deliveries ?? []);
  return byName([
    ...deliveries.flatMap(({ key = 'without a key', items, parcels }) => [
      deliveryEntry(key, toGoods(items)),
      ...parcels.map((parcel) => {
        const url = parcel.custom?.fields[TRACKING_URL];
        return parcelEntry(parcel.key ?? 'without a key', {
          delivery: key,
          carrier: parcel.trackingData?.carrier,
          number: parcel.trackingData?.trackingId,
          url: typeof url === 'string' ? url : undefined,
          goods: toGoods(parcel.items),
        });
      }),
    ]),
    ...(order.returnInfo ?? []).flatMap(({ returnTrackingId = 'without an id', items }) =>
      items.map(({ lineItemId, quantity, shipmentState = 'no state' }) =>
        returnEntry({ id: returnTrackingId, article: sku(lineItemId), quantity, state: shipmentState }),
      ),
    ),
  ]);
}

/**
 * What the order must show once everything was heard. Goods that a customer gets from a carrier are one delivery for
 * each pick job, and each parcel lies in the delivery of what it holds. A handover that was taken back, or whose goods
 * did not leave, may have left its delivery behind: it is written as soon as it is heard of.
 */
export function expectedParts({ handoverJobs, parcels, itemReturnJobs }: Work): Pick<Expectation, 'fields' | 'mayBe'> {
  const shipped = handoverJobs.filter(
    ({ channel, transfers = [] }) => channel === 'DELIVERY' && !transfers.some(({ type }) => type === 'SUPPLIER'),
  );
  const left = shipped.filter((job) => job.status === 'HANDED_OVER' && piecesOf(gone(job)) > 0);
  const idle = shipped.filter((job) => !left.includes(job));
  const entries = (jobs: readonly HandoverJobRead[], goodsOf: (job: HandoverJobRead) => Goods[]): Entry[] =>
    [...Map.groupBy(jobs, deliveryKey)].flatMap(([key, group]) => [
      deliveryEntry(key, group.flatMap(goodsOf)),
      ...group.flatMap((job) => {
        const { parcelRef, carrierKey } = job.handoverJobParcelInfo ?? {};
        const parcel = parcels.find(({ id }) => id === parcelRef);
        if (!parcel) return [];
        const { carrierTrackingNumber: number, trackingUrl: url } = parcel.result ?? {};
        return [parcelEntry(parcel.id, { delivery: key, carrier: carrierKey, number, url, goods: goodsOf(job) })];
      }),
    ]);
  const returned = itemReturnJobs
    .filter(({ status }) => status !== 'CANCELED')
    .flatMap(({ itemReturns }) => itemReturns)
    .flatMap(({ id, returnedLineItems }) =>
      [...Map.groupBy(returnedLineItems, ({ tenantArticleId }) => tenantArticleId)].map(([article, lines]) =>
        returnEntry({
          id,
          article,
          quantity: lines.length,
          state: lines.every(({ status }) => status === 'ACCEPTED') ? 'Returned' : 'Advised',
        }),
      ),
    );
  return {
    fields: byName([...entries(left, gone), ...returned]),
    mayBe: Object.fromEntries(Object.entries(byName(entries(idle, held))).map(([name, text]) => [name, [text]])),
  };
}

const deliveryKey = ({ pickJobRef, id }: HandoverJobRead): string => pickJobRef ?? id;

/** What left; of another article that was given instead, the one that was ordered. */
const gone = ({ handoverJobLineItems }: HandoverJobRead): Goods[] =>
  handoverJobLineItems.map(({ article, handedOverQuantity = 0, substituteLineItems = [] }) => ({
    article: article.tenantArticleId,
    quantity: substituteLineItems.reduce((sum, line) => sum + (line.handedOverQuantity ?? 0), handedOverQuantity),
  }));

/** What was to leave. */
const held = ({ handoverJobLineItems }: HandoverJobRead): Goods[] =>
  handoverJobLineItems.map(({ article, quantity }) => ({ article: article.tenantArticleId, quantity }));

const piecesOf = (goods: readonly Goods[]): number => goods.reduce((sum, { quantity }) => sum + quantity, 0);

type Entry = readonly [name: string, text: string];

const deliveryEntry = (key: string, goods: readonly Goods[]): Entry => [`delivery ${key}`, goodsText(goods)];

const parcelEntry = (key: string, { delivery, carrier, number, url, goods }: ParcelText): Entry => [
  `parcel ${key}`,
  `in ${delivery}: ${carrier ?? 'no carrier'}, ${number ?? 'no number'}, ${url ?? 'no page'}, ${goodsText(goods)}`,
];

const returnEntry = (piece: { id: string; article: string; quantity: number; state: string }): Entry => [
  `return ${piece.id} of ${piece.article}`,
  `${piece.quantity} ${piece.state}`,
];

function goodsText(goods: readonly Goods[]): string {
  const counts = new Map<string, number>();
  for (const { article, quantity } of goods) counts.set(article, (counts.get(article) ?? 0) + quantity);
  const texts = [...counts]
    .filter(([, quantity]) => quantity > 0)
    .map(([article, quantity]) => `${quantity} ${article}`);
  return texts.length === 0 ? 'nothing' : texts.sort().join(' + ');
}

const byName = (entries: readonly Entry[]): Parts =>
  Object.fromEntries(
    [...Map.groupBy(entries, ([name]) => name)].map(([name, same]) => [
      name,
      same
        .map(([, text]) => text)
        .sort()
        .join(' and '),
    ]),
  );
