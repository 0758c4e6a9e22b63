import { statusParts } from '@pipeline/fulfillment';
import { fieldNameProblems, fieldPresets } from '@pipeline/platform-commercetools';
import { type ReadConfig, toFieldSettings } from '@pipeline/provider-fulfillmenttools';
import {
  checkKafkaSecurity,
  commercetoolsSettings,
  defineSettings,
  engineSettings,
  fulfillmenttoolsSettings,
  kafkaSettings,
  opsSettings,
  stateSettings,
  orderTypeSettings,
  pipelineFileSettings,
  type SettingsCheck,
  type SettingsOf,
} from '@pipeline/service-kit';

export const settings = defineSettings({
  ...kafkaSettings,
  ...opsSettings,
  ...commercetoolsSettings,
  ...fulfillmenttoolsSettings,
  ...engineSettings,
  ...stateSettings,
  ...pipelineFileSettings,
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
  STATUS_WAITING_ALERT_MS: {
    type: 'duration',
    default: 900_000,
    description:
      'How long an order waits for a facility, or is not understood, before it counts as one that a person has to look at (`pipeline_orders_needing_a_look_total`).',
  },
  STATUS_SHORTFALL: {
    type: 'choice',
    choices: ['settled', 'open'],
    default: 'settled',
    description: 'Goods that were not found: `settled` with the rest, or still owed (`open`).',
  },
  STATUS_PARTS: {
    type: 'list',
    choices: statusParts,
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
  SYNC_CHANNEL_KEY: {
    type: 'string',
    default: '',
    description:
      'Key of the channel (role OrderExport or OrderImport) whose sync info on the order names the fulfillmenttools order. Empty: none.',
  },
  STATUS_LINGER_MS: {
    type: 'duration',
    default: 0,
    max: 60_000,
    description: 'How long the first event of an order waits for others, so that they become one update.',
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

/** Rules between settings; see `loadSettings`. */
export const checkWith =
  (readConfig: ReadConfig): SettingsCheck<typeof settings> =>
  (given) => {
    const parsed = readConfig(given.PIPELINE_CONFIG);
    const wrong = 'problems' in parsed ? parsed.problems.map((problem) => `PIPELINE_CONFIG, ${problem}`) : [];
    const { FIELD_PRESET, FIELD_NAMES } = 'config' in parsed ? toFieldSettings(parsed.config, given) : given;
    return [
      ...checkKafkaSecurity(given),
      ...wrong,
      ...(given.STATUS_PARTS?.includes('parcels') === true && !given.STATUS_PARTS.includes('deliveries')
        ? [
            'STATUS_PARTS names parcels without deliveries: a parcel is a part of its delivery. Add deliveries, or leave parcels out.',
          ]
        : []),
      ...fieldNameProblems(fieldPresets[FIELD_PRESET], FIELD_NAMES ?? []).map((text) => `FIELD_NAMES ${text}`),
    ];
  };
