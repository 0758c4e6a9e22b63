import { defineSettings } from './definition.ts';

/** What the progress of a fulfillment means for the commerce order. */
export const statusPolicySettings = defineSettings({
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
  STATUS_PARTLY_HANDED_OVER: {
    type: 'choice',
    choices: ['Partial', 'Shipped'],
    description:
      'ShipmentState while a part of the goods is handed over and more is to come. Not set: as the preset has it.',
  },
  STATUS_CANCELLED: {
    type: 'choice',
    choices: ['Canceled', 'none'],
    description:
      'ShipmentState of an order that was cancelled before anything was handed over; `none` leaves it. Not set: as the preset has it.',
  },
  STATUS_NOT_COLLECTED: {
    type: 'choice',
    choices: ['Canceled', 'none'],
    description: 'ShipmentState of goods that nobody came for; `none` leaves it. Not set: as the preset has it.',
  },
  STATUS_PARCEL_DELIVERED: {
    type: 'choice',
    choices: ['Delivered', 'none'],
    description:
      'ShipmentState when every parcel is tracked as delivered; `none`: it stays Shipped. Not set: as the preset has it.',
  },
  STATUS_UNROUTABLE: {
    type: 'choice',
    choices: ['none', 'Backorder', 'Delayed'],
    default: 'none',
    description:
      'ShipmentState of an order that is stuck before its first handover job: no facility is found for it (not routable, or waiting), nothing of it was found when it was picked, or its pick job was aborted and no other followed. `none` leaves what it shows. People are told in any case, by log and `pipeline_orders_needing_a_look_total`.',
  },
  STATUS_SHORTFALL: {
    type: 'choice',
    choices: ['settled', 'open'],
    default: 'settled',
    description: 'Goods that were not found: `settled` with the rest, or still owed (`open`).',
  },
  STATUS_PARTS: {
    type: 'list',
    choices: ['state', 'fields', 'deliveries', 'parcels', 'returns'],
    description:
      'What is written: state, fields, deliveries, parcels (of deliveries), returns. Not set: all of it; with the preset `connector` state and fields.',
  },
  STATUS_REVERTED_DELIVERY: {
    type: 'choice',
    choices: ['leave', 'remove'],
    default: 'leave',
    description:
      'A delivery whose handover was taken back: it stays until its goods leave with another one, or goes at once.',
  },
});
