import type { Attributes, OrderForCreation } from '../core/model.ts';
import { badRequest } from '../http/problem.ts';
import { consumerAddress } from './address.ts';
import { orderLine, tag } from './article.ts';
import { closed, compile, dateTime, flag, free, list, localized, oneOf, text } from './compile.ts';
import { deliveryPreferences } from './delivery.ts';

const status = oneOf('OPEN', 'CANCELLED', 'PROMISED', 'LOCKED', 'OBSOLETE');

export const consumer = closed({
  consumerId: text,
  addresses: list(consumerAddress),
  email: { type: 'string', format: 'email' },
  facilityRef: text,
  tenantFacilityId: text,
  customAttributes: free,
});

const serviceDefinition = closed({
  customServiceRef: text,
  tenantCustomServiceId: text,
  isBundled: flag,
  customAttributes: free,
  additionalInformation: list(
    closed({
      'additionalInformationRef*': text,
      tenantAdditionalInformationId: text,
      value: { type: ['string', 'number', 'boolean'] },
    }),
  ),
});

const articleItem = closed({ 'quantity*': { type: 'number', minimum: 1 }, 'tenantArticleRef*': text });

/** Services may hold services: the schema refers to itself. */
const customService = {
  $id: 'customService',
  ...closed({
    'customServiceDefinition*': serviceDefinition,
    'articleItems*': list(articleItem),
    'customServiceItems*': list({ $ref: '#' }),
  }),
};

const sticker = closed({
  'key*': text,
  'nameLocalized*': localized,
  'priority*': { type: 'integer', minimum: 1, maximum: 10_000 },
  color: text,
  name: text,
});

const source = {
  oneOf: [closed({ 'sourceRef*': text }), closed({ 'tenantSourceId*': text })],
};

export const pricing = closed({
  discounts: list(free, { maxItems: 100 }),
  fees: list(free, { maxItems: 100 }),
  taxes: list(free, { maxItems: 100 }),
});

const schema = closed({
  'orderDate*': dateTime,
  'consumer*': consumer,
  'orderLineItems*': list(orderLine),
  tenantOrderId: text,
  status,
  statusReasons: list(closed({ 'status*': status, 'reason*': text })),
  deliveryPreferences,
  paymentInfo: closed({ currency: text, methodLocalized: localized }),
  customAttributes: free,
  customServices: list(customService, { minItems: 1 }),
  tags: list(tag, { minItems: 1 }),
  stickers: list(sticker, { minItems: 1, maxItems: 100 }),
  source,
  promisesOptions: closed({ 'validUntil*': dateTime }),
  pricing,
});

const parseShape = compile<OrderForCreation>(schema);

/** Serialised length of an order's customAttributes that the vendor still takes (documentation, not in its schema). */
export const maxAttributesLength = 15_360;

/** The body of `POST /api/orders`. Throws the 400 that the vendor would answer. */
export function parseOrderForCreation(body: unknown): OrderForCreation {
  const order = parseShape(body);
  checkAttributesLength(order);
  return order;
}

/** Throws the 400 of customAttributes that are too long. */
export function checkAttributesLength({ customAttributes }: { readonly customAttributes?: Attributes | null }): void {
  const length = JSON.stringify(customAttributes ?? {}).length;
  if (length <= maxAttributesLength) return;
  throw badRequest(
    'Invalid request body',
    `body.customAttributes is ${length} characters long; at most ${maxAttributesLength} are allowed.`,
  );
}
