import { defaultMappingConfig, type MappingConfig } from '../mappingConfig.ts';

/** Everything that can be configured, switched on. */
export const fullConfig: MappingConfig = {
  ...defaultMappingConfig,
  version: '1-test',
  locales: ['fr-FR', 'en'],
  attributes: {
    categories: { material: 'descriptive' },
    exclude: ['internal'],
    structured: true,
    scannableCodes: ['gtin', 'codes'],
    weight: { attribute: 'weight', unit: 'kg' },
    measurementUnit: 'unit',
    prices: true,
  },
  lines: {
    tags: { hazard: 'tag-hazard' },
    customAttributes: ['engraving', 'commercetoolsLineItemId'],
    giftTag: 'tag-gift',
    bundleField: 'bundle',
  },
  order: {
    customAttributes: ['campaign', 'options', 'commercetoolsId'],
    stickers: {
      urgent: { when: null, nameLocalized: { de_DE: 'Eilig', en_US: 'Urgent' }, priority: 10, color: '#ff0000' },
      tier: { when: 'gold', nameLocalized: { en_US: 'Gold' }, priority: 500, color: null },
    },
    targetTimeField: 'wanted',
    paidAttribute: 'paid',
    lockReason: true,
  },
  facilities: { fromStore: true, fromSupplyChannels: true },
  parcelLockerField: 'lockerNumber',
  postalCodePlaceholders: { AE: '00000' },
  customServices: { 'gift-wrap': 'SVC-WRAP' },
  pricing: true,
};
