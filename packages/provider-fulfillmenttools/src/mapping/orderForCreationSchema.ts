import ajv from 'ajv';
import formats from 'ajv-formats';
import { PipelineError } from '@pipeline/streams';
import { currencies } from './currencies.ts';
import { attributeCategories } from './mappingConfig.ts';
import type { OrderForCreation } from './orderForCreation.ts';

const text = { type: 'string', minLength: 1 } as const;
const line = { type: 'string', pattern: '^.+$' } as const;
const email = { type: 'string', format: 'email' } as const;

/** A closed object: what is not listed is refused. */
const object = (required: Record<string, object>, optional: Record<string, object> = {}) => ({
  type: 'object',
  additionalProperties: false,
  required: Object.keys(required),
  properties: { ...required, ...optional },
});

/** 1 to `maxItems` items: an empty list is left out. */
const list = (items: object, maxItems = 500) => ({ type: 'array', minItems: 1, maxItems, items });

const address = object(
  {
    addressType: { enum: ['POSTAL_ADDRESS', 'PARCEL_LOCKER', 'INVOICE_ADDRESS'] },
    street: line,
    city: line,
    postalCode: line,
    country: { type: 'string', pattern: '^[A-Z]{2}$' },
  },
  {
    houseNumber: line,
    province: line,
    additionalAddressInfo: line,
    companyName: line,
    salutation: line,
    personalTitle: line,
    firstName: line,
    lastName: line,
    email,
    phoneNumbers: list(object({ type: { enum: ['MOBILE', 'PHONE'] }, value: line })),
  },
);

const article = object(
  { tenantArticleId: text, title: text },
  {
    titleLocalized: { type: 'object', minProperties: 1, additionalProperties: text },
    imageUrl: text,
    weight: { type: 'number', minimum: 0 },
    attributes: list(object({ key: text, value: text, category: { enum: [...attributeCategories] } })),
  },
);

const tags = list(object({ id: text, value: text }));
const quantity = { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER } as const;
const dateTime = { type: 'string', format: 'date-time' } as const;
const localized = { type: 'object', minProperties: 1, additionalProperties: text } as const;

/** Ours, and whatever the shop adds; never the mark of the vendor's own connector. */
const customAttributes = (required: Record<string, object>) => ({
  ...object(required),
  additionalProperties: true,
  propertyNames: { not: { const: 'commercetoolsId' } },
});

const orderLine = object(
  { article, quantity, customAttributes: customAttributes({ commercetoolsLineItemId: text }) },
  { scannableCodes: list(text), measurementUnitKey: text, tags },
);

/** Either shipped or collected. */
const deliveryPreferences = {
  ...object(
    {},
    {
      collect: list(object({ tenantFacilityId: text, paid: { type: 'boolean' } }), 1),
      shipping: object(
        {},
        {
          serviceLevel: { enum: ['DELIVERY', 'SAMEDAY'] },
          preferredCarriers: list(text),
          preselectedFacilities: list(object({ tenantFacilityId: text })),
        },
      ),
      targetTime: dateTime,
    },
  ),
  oneOf: [{ required: ['collect'] }, { required: ['shipping'] }],
};

const customService = object({
  customServiceDefinition: {
    ...object({}, { isBundled: { const: true }, tenantCustomServiceId: text }),
    minProperties: 1,
    maxProperties: 1,
  },
  articleItems: list(object({ tenantArticleRef: text, quantity })),
  customServiceItems: { type: 'array', maxItems: 0 },
});

const money = object({
  value: { type: 'integer', minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER },
  currency: { enum: currencies },
  decimalPlaces: { type: 'integer', minimum: 0, maximum: 20 },
});

const pricing = {
  ...object(
    {},
    {
      discounts: list(object({ type: { const: 'ABSOLUTE' }, value: money }, { name: text }), 100),
      fees: list(object({ value: money }, { name: text }), 100),
      taxes: list(object({ value: money }, { type: text, ratePercent: { type: 'number', minimum: 0 } }), 100),
    },
  ),
  minProperties: 1,
};

const sticker = object(
  {
    key: text,
    nameLocalized: { ...localized, additionalProperties: { ...text, maxLength: 14 } },
    priority: { type: 'integer', minimum: 1, maximum: 10_000 },
  },
  { color: text },
);

/**
 * JSON schema of the orders that we create: narrower than the vendor's `OrderForCreation`, so that what passes here is
 * not refused there for its shape. `tenantOrderId` is at most 256 characters, the most that the vendor's search takes:
 * an order that cannot be found again must not be created.
 */
export const orderForCreationSchema = object(
  {
    tenantOrderId: { ...text, pattern: '\\S', maxLength: 256 },
    orderDate: dateTime,
    consumer: object({}, { consumerId: text, email, addresses: list(address, 2) }),
    orderLineItems: list(orderLine),
    deliveryPreferences,
    customAttributes: customAttributes({
      commercetoolsOrderId: text,
      commercetoolsProjectKey: text,
      commercetoolsMappingVersion: text,
    }),
  },
  {
    status: { const: 'LOCKED' },
    statusReasons: list(object({ status: { const: 'LOCKED' }, reason: text }), 1),
    paymentInfo: object({ currency: text }),
    customServices: list(customService),
    pricing,
    stickers: list(sticker, 100),
    tags,
  },
);

const compiler = new ajv.Ajv({ strict: true, strictRequired: false });
formats.default(compiler);
const validate = compiler.compile<OrderForCreation>(orderForCreationSchema);

/**
 * Checks an outgoing order before it is sent.
 * @throws PipelineError `permanent`, code `mapping-invalid`, that names the field and the rule, never the value.
 */
export function assertOrderForCreation(body: unknown): asserts body is OrderForCreation {
  if (validate(body)) return;
  const [violation] = validate.errors ?? [];
  const field = violation?.instancePath.slice(1).replaceAll('/', '.') || 'the body';
  throw new PipelineError(
    'permanent',
    'mapping-invalid',
    `The order cannot be sent to fulfillmenttools: ${field} ${violation?.message ?? 'is not valid'}. Correct the order or the mapping, then redrive.`,
    { stage: 'map', notSent: true },
  );
}
