import { articleIdOf, type FulfillmentDelivery, type FulfillmentRequest } from '@pipeline/fulfillment';
import type { LineItem } from '@pipeline/schemas/types';
import { PipelineError } from '@pipeline/streams';
import { pickText, toLocaleStrings } from './localized.ts';
import type {
  Consumer,
  ConsumerAddress,
  DeliveryPreferences,
  OrderForCreation,
  OrderLine,
} from './orderForCreation.ts';
import { omitMissing, toFilled, toLine } from './text.ts';
import { toArticleAttributes } from './toArticleAttributes.ts';
import { findMissingPart, incompleteAddress, toConsumerAddress, toEmail } from './toConsumerAddress.ts';

/**
 * The body of `POST /api/orders`. It carries our order id and project key in the root custom attributes, which
 * fulfillmenttools hands on to what follows from the order; never `commercetoolsId`, the mark of the vendor's own
 * connector, so that one which still runs leaves our orders alone.
 * @throws PipelineError `permanent`: `mapping-address-incomplete` for an order to be shipped, whose address lacks what
 * the vendor demands; `mapping-invalid` for a date that is none.
 */
export function toOrderForCreation(request: FulfillmentRequest): OrderForCreation {
  return omitMissing({
    tenantOrderId: request.tenantOrderId,
    orderDate: toIsoDate(request.orderDate),
    status: request.held ? ('LOCKED' as const) : undefined,
    consumer: toConsumer(request),
    orderLineItems: request.lines.map((line) => toOrderLine(line, request.locale)),
    paymentInfo: toPaymentInfo(request.currency),
    deliveryPreferences: toDeliveryPreferences(request.delivery, request.paid),
    customAttributes: { commercetoolsOrderId: request.orderId, commercetoolsProjectKey: request.projectKey },
    tags: toFilled(request.tags.filter((tag) => tag.id.trim() !== '' && tag.value.trim() !== '')),
  });
}

function toIsoDate(instant: number): string {
  const date = new Date(instant);
  if (!Number.isNaN(date.getTime())) return date.toISOString();
  throw new PipelineError(
    'permanent',
    'mapping-invalid',
    'The order cannot be sent to fulfillmenttools: orderDate is not a date.',
    {
      stage: 'map',
      notSent: true,
    },
  );
}

function toConsumer(request: FulfillmentRequest): Consumer {
  const addresses = toAddresses(request);
  return omitMissing({
    consumerId: toLine(request.customerId),
    email: addresses.length === 0 ? toEmail(request.customerEmail) : undefined,
    addresses: toFilled(addresses),
  });
}

/** Whoever collects needs no address: an incomplete one is left out. */
function toAddresses({
  delivery,
  shippingAddress,
  billingAddress,
  customerEmail,
}: FulfillmentRequest): ConsumerAddress[] {
  const shipping = delivery.kind === 'shipping';
  if (shipping && shippingAddress === null) throw incompleteAddress('shippingAddress');
  const candidates = [
    { address: shippingAddress, name: 'shippingAddress', type: 'POSTAL_ADDRESS' as const },
    { address: billingAddress, name: 'billingAddress', type: 'INVOICE_ADDRESS' as const },
  ];
  return candidates.flatMap(({ address, name, type }) => {
    if (address === null || (!shipping && findMissingPart(address) !== undefined)) return [];
    return [toConsumerAddress(address, name, type, customerEmail)];
  });
}

function toOrderLine(line: LineItem, locale: string | null): OrderLine {
  const tenantArticleId = articleIdOf(line);
  return {
    article: omitMissing({
      tenantArticleId,
      title: pickText(line.name, locale) ?? tenantArticleId,
      titleLocalized: toLocaleStrings(line.name),
      imageUrl: toLine(line.imageUrl),
      attributes: toFilled(toArticleAttributes(line.attributes, locale)),
    }),
    quantity: line.quantity,
    customAttributes: { commercetoolsLineItemId: line.id },
  };
}

function toPaymentInfo(currency: string): { currency: string } | undefined {
  const code = toLine(currency);
  return code === undefined ? undefined : { currency: code };
}

function toDeliveryPreferences(delivery: FulfillmentDelivery, paid: boolean): DeliveryPreferences {
  if (delivery.kind === 'collect') return { collect: [{ tenantFacilityId: delivery.facilityKey, paid }] };
  return {
    shipping: omitMissing({
      serviceLevel: delivery.serviceLevel ?? undefined,
      preferredCarriers: toFilled(delivery.carriers),
      preselectedFacilities: toFilled(delivery.facilityKeys.map((tenantFacilityId) => ({ tenantFacilityId }))),
    }),
  };
}
