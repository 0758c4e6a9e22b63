import { defineSettings } from './definition.ts';

/** What an order is meant to be by its shipping method, and where the file is that says more. */
export const routingSettings = defineSettings({
  PIPELINE_CONFIG: {
    type: 'string',
    description:
      'Path of a pipeline.yaml with shipping methods, facilities, tags and the content of fulfillment orders, as docs/reference/mapping.md has it. What it says goes before the settings below.',
  },
  SHIP_FROM_STORE_METHODS: { type: 'list', default: [], description: 'Keys of the shipping methods that are shipped.' },
  CLICK_AND_COLLECT_METHODS: {
    type: 'list',
    default: [],
    description: 'Keys of the shipping methods that are collected.',
  },
  UNKNOWN_SHIPPING_METHOD: {
    type: 'choice',
    choices: ['fail', 'hold', 'shipping'],
    default: 'fail',
    description:
      'A shipping method of neither list: `fail` makes a dead letter, `hold` places the order locked, `shipping` ships it.',
  },
  COLLECT_FACILITY_FIELD: {
    type: 'string',
    description:
      'Custom field of the order with the facility of a click & collect order; not set: the supply channel of its lines.',
  },
});
