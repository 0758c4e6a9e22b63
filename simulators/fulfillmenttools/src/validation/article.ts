import { closed, free, list, localized, oneOf, text } from './compile.ts';

export const articleAttribute = closed({
  'key*': { type: 'string', minLength: 1 },
  'value*': { type: 'string', minLength: 1 },
  category: oneOf(
    ...['descriptive', 'miscellaneous', 'pickingSequence', 'customs', 'insurance', 'shop', 'dimensions'],
    ...['carrierService', 'salesPrice', 'basePrice', 'tax', 'discount', 'surcharge', 'subtotalBeforeDiscounts'],
    ...['subtotalAfterDiscounts', 'finalUnitPrice', 'finalLineItemPrice'],
  ),
  type: oneOf('STRING', 'NUMBER', 'CURRENCY', 'BOOLEAN'),
  priority: { type: 'integer', minimum: 1, maximum: 1001 },
  context: closed({
    'type*': oneOf('FACILITY_GROUP', 'FACILITY', 'TAG_REFERENCE'),
    'value*': { type: 'string', minLength: 1 },
  }),
  keyLocalized: localized,
  valueLocalized: localized,
});

export const article = closed({
  'tenantArticleId*': text,
  'title*': text,
  titleLocalized: localized,
  imageUrl: text,
  weight: { type: 'number', minimum: 0 },
  attributes: list(articleAttribute),
  customAttributes: { type: ['object', 'null'] },
});

export const measurementValidation = closed({
  overPickHardTolerancePercentage: { type: 'number', minimum: 0 },
  overPickSoftTolerancePercentage: { type: 'number', minimum: 0 },
  shortPickHardTolerancePercentage: { type: 'number', minimum: 0, maximum: 100 },
  shortPickSoftTolerancePercentage: { type: 'number', minimum: 0, maximum: 100 },
});

export const substitute = closed({
  'tenantArticleId*': text,
  'title*': text,
  titleLocalized: localized,
  imageUrl: text,
  attributes: list(articleAttribute, { maxItems: 40 }),
  measurementUnitKey: text,
  measurementValidation,
  priority: { type: 'number', minimum: 0 },
  scannableCodes: list(text),
  secondaryMeasurementUnitKey: text,
});

export const tag = closed({ 'id*': text, 'value*': text });

/** A line of `OrderForCreation`. `allowedSubstitutes: []` forbids substitution, so it may be empty; unlike the order's, a line's tags may be too. */
export const orderLine = closed({
  'article*': article,
  'quantity*': { type: 'integer', minimum: 1 },
  customAttributes: free,
  scannableCodes: list(text),
  tags: list(tag),
  measurementUnitKey: text,
  secondaryMeasurementUnitKey: text,
  secondaryQuantity: { type: 'integer' },
  measurementValidation,
  allowedSubstitutes: list(substitute),
  shopPrice: { type: 'number' },
});
