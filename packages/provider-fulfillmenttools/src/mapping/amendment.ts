import { isDeepStrictEqual } from 'node:util';
import { articleIdOf, type ChangeablePart, type OrderContent } from '@pipeline/fulfillment';
import { PipelineError } from '@pipeline/streams';
import { type Fields, toCount, toFields, toList, toText } from '../fields.ts';
import { toArticleId } from './lines.ts';
import type { MappingConfig } from './mappingConfig.ts';
import type { Consumer, ConsumerAddress } from './orderForCreation.ts';
import { omitMissing, toFilled } from './text.ts';
import { toConsumer } from './toConsumer.ts';

/** What `PATCH /api/orders/{id}` is to change, beside the version. */
export type OrderForUpdate =
  | { readonly consumer: Consumer }
  | { readonly orderLineItems: readonly { readonly id: string; readonly quantity: number }[] };

export interface Amendment {
  /** The order shows it already. */
  readonly isShown: boolean;
  readonly change: OrderForUpdate;
}

/**
 * One part as it is to be, beside fulfillmenttools' `Order` as it is. The vendor replaces the whole of a part: its
 * description of 2026-08-21, `OrderForUpdate`.
 * @throws PipelineError `permanent`, stage `map`: `mapping-address-incomplete`; `amend-new-lines` and `amend-no-lines`
 * for lines that no update can make.
 */
export function toAmendment(
  answer: unknown,
  asked: {
    readonly part: ChangeablePart;
    readonly content: OrderContent;
    /** As the shop's own code has it. (Default: as it is mapped.) */
    readonly consumer?: Consumer | undefined;
  },
  config: MappingConfig,
): Amendment {
  const { part, content } = asked;
  const order = toFields(answer);
  if (part === 'lines') return toLinesAmendment(toList(order.orderLineItems), content);
  const delivery = { kind: content.collect ? ('collect' as const) : ('shipping' as const) };
  const consumer = asked.consumer ?? toConsumer({ ...content, delivery }, { config, note: () => {} });
  return { isShown: isConsumerShown(toFields(order.consumer), consumer), change: { consumer } };
}

/** By what we send of a consumer; what else the vendor shows of it is not ours. */
function isConsumerShown(shown: Fields, { consumerId, email, addresses = [] }: Consumer): boolean {
  const shownAddresses = toList(shown.addresses).map(toComparable);
  return (
    toText(shown.consumerId) === (consumerId ?? null) &&
    (addresses.length > 0 || toText(shown.email) === (email ?? null)) &&
    shownAddresses.length === addresses.length &&
    addresses.every((address) => {
      const wanted = toComparable(toFields(address));
      return shownAddresses.some((each) => isDeepStrictEqual(each, wanted));
    })
  );
}

const addressTexts = [
  ...['street', 'city', 'postalCode', 'country', 'houseNumber', 'province', 'additionalAddressInfo', 'companyName'],
  ...['salutation', 'personalTitle', 'firstName', 'lastName', 'email'],
] as readonly (keyof ConsumerAddress)[];

/** An address without a type is the postal one. */
function toComparable(address: Fields): object {
  const phones = toList(address.phoneNumbers).map(({ type, value }) => ({ type: toText(type), value: toText(value) }));
  return {
    addressType: toText(address.addressType) ?? 'POSTAL_ADDRESS',
    ...Object.fromEntries(addressTexts.map((name) => [name, toText(address[name])])),
    ...omitMissing({ phoneNumbers: toFilled(phones) }),
  };
}

/** Lines are named by the vendor's ids: quantities change and lines go, but none can come. */
function toLinesAmendment(shown: readonly Fields[], { lines }: OrderContent): Amendment {
  const wanted = [...lines];
  const take = (isMeant: (line: (typeof wanted)[number]) => boolean) => {
    const at = wanted.findIndex(isMeant);
    return at < 0 ? undefined : wanted.splice(at, 1)[0];
  };
  const pairs = shown.map((line) => {
    const lineId = toText(toFields(line.customAttributes).commercetoolsLineItemId);
    return { line, target: take((each) => each.id === lineId && articleIdOf(each) === toArticleId(line)) };
  });
  const orderLineItems = pairs.flatMap(({ line, target }) => {
    const { quantity } = target ?? take((each) => articleIdOf(each) === toArticleId(line)) ?? { quantity: 0 };
    return quantity === 0 ? [] : [{ id: toText(line.id) ?? '', quantity }];
  });
  if (wanted.length > 0) throw impossible('amend-new-lines', 'has lines that its fulfillment order has not');
  if (orderLineItems.length === 0) throw impossible('amend-no-lines', 'has no lines any more');
  const quantities = new Map(orderLineItems.map(({ id, quantity }) => [id, quantity]));
  const isShown = shown.every((line) => quantities.get(toText(line.id) ?? '') === toCount(line.quantity));
  return { isShown, change: { orderLineItems } };
}

const impossible = (code: string, what: string): PipelineError =>
  new PipelineError('permanent', code, `The order ${what}: no update can make that. Change it at fulfillmenttools.`, {
    stage: 'map',
    notSent: true,
  });
