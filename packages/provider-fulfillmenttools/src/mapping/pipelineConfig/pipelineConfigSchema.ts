import { statusParts } from '@pipeline/fulfillment';
import type { StatusFields } from '@pipeline/fulfillment';
import { attributeCategories } from '../mappingConfig.ts';

/** Pattern of texts that say something. */
export const NOT_BLANK = '\\S';
const name = { type: 'string', minLength: 1, pattern: NOT_BLANK } as const;

/** A closed object, none of whose members is needed unless it is named. */
const object = (description: string, properties: Record<string, object>, required: readonly string[] = []) => ({
  type: 'object',
  description,
  additionalProperties: false,
  ...(required.length > 0 ? { required } : {}),
  properties,
});
const text = (description: string) => ({ ...name, description });
const flag = (description: string) => ({ type: 'boolean', description });
const names = (description: string) => ({ type: 'array', description, items: name, uniqueItems: true });
const map = (description: string, values: object) => ({
  type: 'object',
  description,
  propertyNames: { minLength: 1 },
  additionalProperties: values,
});

const method = object(
  'How orders with this shipping method are fulfilled.',
  {
    service: { enum: ['shipping', 'collect'], description: 'Shipped to the consumer, or collected in a facility.' },
    serviceLevel: { enum: ['DELIVERY', 'SAMEDAY'], description: 'Only for service shipping.' },
    carriers: names('Keys of the carriers to prefer. Only for service shipping.'),
  },
  ['service'],
);

const shipping = object('What becomes of an order by its shipping method.', {
  methods: map('By key of the commercetools shipping method.', method),
  unknownMethod: {
    enum: ['fail', 'hold', 'shipping'],
    description: 'A method that is not listed: a dead letter, an order that is locked, or one that is shipped.',
  },
  collectFacilityField: text(
    'Custom field of the order with the tenantFacilityId for click & collect, as a text or as a reference to the channel with that key (scope view_channels). Without it, or where it is not set, the one supply channel of the lines.',
  ),
  facilitiesByStore: map(
    'tenantFacilityIds to prefer for shipping, by key of the store of the order.',
    names('tenantFacilityIds.'),
  ),
});

const tags = object('Tags of the fulfillment order.', {
  store: text('Id of the tag that carries the key of the store.'),
  fields: map('Id of the tag by custom field of the order whose value it carries.', name),
});

const attributes = object('Article attributes.', {
  categories: map('Category by product attribute; others are miscellaneous.', { enum: [...attributeCategories] }),
  exclude: names('Product attributes that are not sent.'),
  structured: flag(
    'Also nested attributes, as outer.inner. References are left out: an order has no more of them than an id.',
  ),
  scannableCodes: names('Product attributes whose values identify the article when it is scanned; of an enum its key.'),
  weight: object(
    'Product attribute with the weight of one piece.',
    { attribute: text('Name of the attribute.'), unit: { enum: ['g', 'kg'] } },
    ['attribute', 'unit'],
  ),
  measurementUnit: text('Product attribute with the key of the measurement unit; of an enum its key.'),
  prices: flag('List price, final prices, discount and tax rate as attributes.'),
});

const lines = object('Lines of the order.', {
  tags: map('Id of the tag by custom field of the line whose value it carries.', name),
  customAttributes: names('Custom fields of the line that become custom attributes.'),
  giftTag: text('Id of the tag that gift lines carry with the value gift.'),
  bundleField: text('Custom field of the line: lines with the same text in it are one bundle.'),
});

const sticker = object(
  'Added when the field is set; the name of the field is the key of the sticker.',
  {
    when: text('Only when the field has this text. Without it: any that is neither blank nor false.'),
    nameLocalized: {
      ...map('By locale with an underscore, e.g. de_DE.', { ...name, maxLength: 14 }),
      minProperties: 1,
    },
    priority: { type: 'integer', minimum: 1, maximum: 10_000 },
    color: text('e.g. #19b6b5'),
  },
  ['nameLocalized', 'priority'],
);

const order = object('The order as a whole.', {
  customAttributes: names('Custom fields of the order that become custom attributes.'),
  stickers: map('By custom field of the order.', sticker),
  targetTimeField: text('Custom field with the time when the result is expected, in ISO 8601 with a zone.'),
  paidAttribute: text('Custom attribute that says whether the order is paid.'),
  lockReason: flag('Says why an order is locked.'),
});

const facilities = object('Facilities to prefer for shipping, beside shipping.facilitiesByStore.', {
  fromStore: flag('The key of the store of the order is a tenantFacilityId.'),
  fromSupplyChannels: flag('The keys of the supply channels of the lines are.'),
});

/** What commercetools takes for the name of a field. */
const fieldName = (description: string) => ({ type: 'string', pattern: '^[A-Za-z0-9_-]{2,36}$', description });
const preset = (description: string) => ({ enum: ['docs', 'connector'], description });
const choice = (description: string, choices: readonly string[]) => ({ enum: choices, description });

const fieldNames: Readonly<Record<keyof StatusFields, object>> = {
  providerOrderId: fieldName('Id of the fulfillmenttools order.'),
  pickJobId: fieldName('The oldest live pick job.'),
  shortId: fieldName('Its short id.'),
  facilityId: fieldName('Its facility.'),
  loadUnitsAmount: fieldName('Sum over the live pick jobs.'),
  handoverJobId: fieldName('The handover job of that pick job.'),
  parcels: fieldName('Tracking of the parcels as JSON.'),
  jobs: fieldName('All jobs as JSON.'),
};

const fields = object('Custom fields of the commercetools order that hold the status.', {
  preset: preset('Names: as the vendor documents them, or as its connector writes them. FIELD_PRESET.'),
  orderType: text('Key of the custom Type that defines them. ORDER_TYPE_KEY.'),
  names: object('Other names than the preset’s. FIELD_NAMES.', fieldNames),
});

const status = object(
  'What the progress of the fulfillment means for the commercetools order. See docs/guides/status.md.',
  {
    preset: preset('Where to start from. STATUS_PRESET.'),
    ready: choice('With the first handover job, or when all goods wait in one. STATUS_READY.', ['first', 'all']),
    collectHandedOver: choice('Click & collect was handed over. STATUS_COLLECT_HANDED_OVER.', ['Delivered', 'Shipped']),
    partlyHandedOver: choice('More is to come. STATUS_PARTLY_HANDED_OVER.', ['Partial', 'Shipped']),
    cancelled: choice('Before anything was handed over. STATUS_CANCELLED.', ['Canceled', 'none']),
    notCollected: choice('Nobody came for the goods. STATUS_NOT_COLLECTED.', ['Canceled', 'none']),
    parcelDelivered: choice('Every parcel is. STATUS_PARCEL_DELIVERED.', ['Delivered', 'none']),
    unroutable: choice('No facility is found. STATUS_UNROUTABLE.', ['none', 'Backorder', 'Delayed']),
    shortfall: choice('Goods that were not found. STATUS_SHORTFALL.', ['settled', 'open']),
    parts: {
      type: 'array',
      description: 'What is written. STATUS_PARTS.',
      items: { enum: [...statusParts] },
      uniqueItems: true,
    },
    revertedDelivery: choice('A handover was taken back. STATUS_REVERTED_DELIVERY.', ['leave', 'remove']),
  },
);

/** JSON Schema (draft 7) of pipeline.yaml. `schemas/pipeline.schema.json` is the same for editors; a test keeps it so. */
export const pipelineConfigSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'pipeline.yaml',
  ...object(
    'How commercetools orders become fulfillmenttools orders. What is not said is as the preset says it.',
    {
      version: { const: 1, description: 'Of this format.' },
      preset: {
        enum: ['docs', 'connector'],
        description:
          'Where to start from. docs: the defaults. connector: the locales, field names and states of the vendor’s own connector, and orders with an unknown method are held.',
      },
      transform: text(
        'Path of a module, from this file, that exports transform(order, context): the last word on each order.',
      ),
      shipping,
      tags,
      fields,
      status,
      mapping: object('What a fulfillment order carries.', {
        locales: names('Tried in this order for titles and texts, after the locale of the order.'),
        attributes,
        lines,
        order,
        facilities,
        parcelLockerField: text('Custom field of the shipping address that marks a parcel locker.'),
        postalCodePlaceholders: {
          ...object(
            'By country, e.g. AE: sent as the postal code of an address without one, which is else refused.',
            {},
          ),
          patternProperties: { '^[A-Z]{2}$': name },
        },
        customServices: map('Id of the custom service of the tenant by slug of the custom line item.', name),
        pricing: flag('Discounts, fees and taxes as pricing, which is Alpha at fulfillmenttools.'),
      }),
    },
    ['version'],
  ),
};
