import {
  commercetoolsSettings,
  defineSettings,
  engineSettings,
  fulfillmenttoolsSettings,
  kafkaSettings,
  opsSettings,
  type SettingsOf,
} from '@pipeline/service-kit';

export const settings = defineSettings({
  ...kafkaSettings,
  ...opsSettings,
  ...commercetoolsSettings,
  ...fulfillmenttoolsSettings,
  ...engineSettings,
  STATUS_WRITES: {
    type: 'choice',
    choices: ['off', 'shadow', 'on'],
    default: 'off',
    description:
      '`on` updates orders. `shadow` writes what it would do to a topic and changes nothing. `off` waits: nothing is lost.',
  },
  STATUS_PRESET: {
    type: 'choice',
    choices: ['docs', 'connector'],
    default: 'docs',
    description:
      'What the progress of the fulfillment means for the ShipmentState; `connector`: as the vendor’s connector has it.',
  },
  STATUS_COLLECT_HANDED_OVER: {
    type: 'choice',
    choices: ['Delivered', 'Shipped'],
    description: 'ShipmentState of a click & collect order that was handed over. Not set: as the preset has it.',
  },
  STATUS_READY: {
    type: 'choice',
    choices: ['first', 'all'],
    description:
      'An order is Ready with its first handover job, or when all goods wait in one. Not set: as the preset has it.',
  },
  FIELD_PRESET: {
    type: 'choice',
    choices: ['docs', 'connector'],
    default: 'docs',
    description: 'Names of the custom fields: as the vendor documents them, or as its connector writes them.',
  },
  ORDER_TYPE_KEY: {
    type: 'string',
    default: 'fft-order',
    description: 'Key of the custom Type of orders that defines the fields.',
  },
  PLACEMENT_WAIT_MS: {
    type: 'duration',
    default: 30_000,
    min: 0,
    description:
      'How long an event waits for the ledger to know its order before fulfillmenttools is asked whose it is.',
  },
});

export type Settings = SettingsOf<typeof settings>;
