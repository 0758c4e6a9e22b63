import {
  commercetoolsSettings,
  defineSettings,
  engineSettings,
  fulfillmenttoolsSettings,
  kafkaSettings,
  opsSettings,
  stateSettings,
  orderTypeSettings,
  type SettingsOf,
} from '@pipeline/service-kit';

export const settings = defineSettings({
  ...kafkaSettings,
  ...opsSettings,
  ...commercetoolsSettings,
  ...fulfillmenttoolsSettings,
  ...engineSettings,
  ...stateSettings,
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
  ...orderTypeSettings,
  PLACEMENT_WAIT_MS: {
    type: 'duration',
    default: 30_000,
    min: 0,
    description:
      'How long an event waits for the ledger to know its order before fulfillmenttools is asked whose it is.',
  },
});

export type Settings = SettingsOf<typeof settings>;
