import { defineSettings } from './definition.ts';

/** The file that says more than settings can. */
export const pipelineFileSettings = defineSettings({
  PIPELINE_CONFIG: {
    type: 'string',
    description:
      'Path of a pipeline.yaml with shipping methods, facilities, tags, the content of fulfillment orders, field names and the status policy, as docs/guides/mapping.md has it. What it says goes before the settings.',
  },
});

/** What an order is meant to be by its shipping method, and where the file is that says more. */
export const routingSettings = defineSettings({
  ...pipelineFileSettings,
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
      'Custom field of the order with the facility of a click & collect order: its key as text, or a reference to a channel (scope view_channels); not set: the supply channel of its lines.',
  },
});
