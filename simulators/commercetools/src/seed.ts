import type { Channel } from './channels/channel.ts';
import type { CustomType, KeyedResource, WorkflowState } from './model.ts';
import type { ProjectState } from './state.ts';

const createdAt = '2026-01-01T00:00:00.000Z';
const base = { version: 1, createdAt, lastModifiedAt: createdAt };

const shippingMethod = (id: string, key: string, name: string, isDefault: boolean): KeyedResource => ({
  ...base,
  id,
  key,
  name,
  localizedName: { 'de-DE': name, 'en-GB': name },
  taxCategory: { typeId: 'tax-category', id: '7a0c0000-0000-4000-8000-000000000001' },
  zoneRates: [],
  active: true,
  isDefault,
});

/** Ids are fixed: sample orders refer to them. */
export const shippingMethods: readonly KeyedResource[] = [
  shippingMethod('3e7c1d9a-4b60-4a6e-8a5a-2d9b0c7f1e20', 'standard', 'Standard', true),
  shippingMethod('3e7c1d9a-4b60-4a6e-8a5a-2d9b0c7f1e21', 'express', 'Express', false),
  shippingMethod('3e7c1d9a-4b60-4a6e-8a5a-2d9b0c7f1e22', 'click-and-collect', 'Click & Collect', false),
];

const store = (id: string, key: string, city: string): Channel => ({
  ...base,
  id,
  key,
  roles: ['InventorySupply', 'ProductDistribution'],
  name: { 'de-DE': `Filiale ${city}`, 'en-GB': `Store ${city}` },
  address: { country: 'DE', city },
});

export const channels: readonly Channel[] = [
  store('c1a00000-0000-4000-8000-000000000001', 'store-berlin', 'Berlin'),
  store('c1a00000-0000-4000-8000-000000000002', 'store-cologne', 'Köln'),
  store('c1a00000-0000-4000-8000-000000000003', 'store-hamburg', 'Hamburg'),
  {
    ...base,
    id: 'c1a00000-0000-4000-8000-0000000000ff',
    key: 'fulfillmenttools',
    roles: ['OrderExport', 'OrderImport'],
    name: { 'en-GB': 'fulfillmenttools' },
  },
];

export const stores: readonly KeyedResource[] = [
  {
    ...base,
    id: '5704e000-0000-4000-8000-000000000001',
    key: 'berlin',
    name: { 'de-DE': 'Berlin' },
    languages: [],
    countries: [],
    distributionChannels: [],
    supplyChannels: [{ typeId: 'channel', id: 'c1a00000-0000-4000-8000-000000000001' }],
    productSelections: [],
  },
];

const field = (name: string, type: string) => ({
  name,
  label: { en: name },
  required: false,
  type: { name: type },
  inputHint: 'SingleLine',
});

export const types: readonly CustomType[] = [
  {
    ...base,
    id: '7e9e0000-0000-4000-8000-0000000000ff',
    key: 'fft-order',
    name: { en: 'fulfillmenttools order fields' },
    resourceTypeIds: ['order'],
    fieldDefinitions: [
      field('fft_order_id', 'String'),
      field('fft_pickjob_id', 'String'),
      field('fft_short_id', 'String'),
      field('fft_facility_id', 'String'),
      field('fft_load_units_amount', 'Number'),
      field('fft_handoverjob_id', 'String'),
    ],
  },
  {
    ...base,
    id: '7e9e0000-0000-4000-8000-0000000000fe',
    key: 'fft-parcel',
    name: { en: 'fulfillmenttools parcel fields' },
    resourceTypeIds: ['order-parcel'],
    fieldDefinitions: [field('fft_tracking_url', 'String')],
  },
];

const state = (id: string, type: string, key: string, followers?: readonly string[]): WorkflowState => ({
  ...base,
  id: `57a7e000-0000-4000-8000-${id}`,
  key,
  type,
  name: { en: key },
  initial: followers !== undefined && key.endsWith('initial'),
  builtIn: false,
  ...(followers && {
    transitions: followers.map((follower) => ({ typeId: 'state', id: `57a7e000-0000-4000-8000-${follower}` })),
  }),
});

/** A workflow of orders with transitions that are enforced, and States of line items without. */
export const states: readonly WorkflowState[] = [
  state('000000000001', 'OrderState', 'order-initial', ['000000000002']),
  state('000000000002', 'OrderState', 'order-in-fulfillment', ['000000000003']),
  state('000000000003', 'OrderState', 'order-fulfilled', []),
  state('000000000008', 'LineItemState', 'line-item-initial'),
  state('000000000009', 'LineItemState', 'line-item-picked'),
];

export const languages: readonly string[] = ['de-DE', 'en-GB'];

export const project = (key: string, { version, languages, messages }: ProjectState) => ({
  key,
  version,
  name: 'Simulated project',
  countries: ['DE', 'AT', 'CH'],
  currencies: ['EUR', 'CHF'],
  languages,
  createdAt,
  messages,
  carts: { countryTaxRateFallbackEnabled: false, deleteDaysAfterLastModification: 90 },
});
