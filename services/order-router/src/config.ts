import {
  commercetoolsSettings,
  defineSettings,
  engineSettings,
  fulfillmenttoolsSettings,
  kafkaSettings,
  opsSettings,
  type PartialSettingsOf,
  stateSettings,
  type SettingsOf,
  routingSettings,
} from '@pipeline/service-kit';

const DAY = 24 * 60 * 60 * 1_000;

/** Of commercetools, without Paid: an order that is held when it is paid would never be placed. */
const heldPaymentStates = ['BalanceDue', 'Pending', 'Failed', 'CreditOwed'] as const;

export const settings = defineSettings({
  ...kafkaSettings,
  ...opsSettings,
  ...commercetoolsSettings,
  ...fulfillmenttoolsSettings,
  ...engineSettings,
  ...stateSettings,
  PLACEMENT: {
    type: 'choice',
    choices: ['off', 'shadow', 'on'],
    default: 'off',
    description:
      '`on` places orders. `shadow` writes what it would do to a topic and changes nothing. `off` waits: nothing is lost.',
  },
  PLACE_CONFIRMED_SINCE: {
    type: 'time',
    required: true,
    description:
      'Orders confirmed before this moment are history and never placed, e.g. 2026-11-21T00:00:00Z: when the shop goes over to this pipeline.',
  },
  IMPORTED_MAX_AGE_MS: {
    type: 'duration',
    default: 2 * DAY,
    min: 0,
    description: 'An imported order older than this is history.',
  },
  PLACEMENT_RECHECK_AFTER_MS: {
    type: 'duration',
    default: 5 * 60_000,
    min: 0,
    description: 'An order that was read longer ago than this is read again before it is placed.',
  },
  ERASURE_GRACE_MS: {
    type: 'duration',
    default: 14 * DAY,
    min: 0,
    description:
      'After a deletion with data erasure, what could not be cancelled any more is made anonymous at fulfillmenttools so long after the deletion, so that goods under way still get their label, their handover and their returns. What was cancelled: on the same day.',
  },
  PLACEMENT_LOOKUP_FIRST: {
    type: 'boolean',
    default: false,
    description: 'Search fulfillmenttools before the first attempt and adopt what is there: for a migration.',
  },
  PLACEMENT_EXCLUDE_STORES: {
    type: 'list',
    default: [],
    description: 'Keys of the stores whose orders are never placed.',
  },
  PLACEMENT_EXCLUDE_ORDER_NUMBERS: {
    type: 'list',
    default: [],
    description:
      'Order numbers that are never placed, each as a whole; `*` stands for any characters, e.g. `TEST-*`. No regular expressions.',
  },
  PLACEMENT_EXCLUDE_EMAIL_DOMAINS: {
    type: 'list',
    default: [],
    description:
      'Domains of customer e-mail addresses whose orders are never placed, e.g. `example.com`; subdomains are others.',
  },
  PLACEMENT_EXCLUDE_FIELDS: {
    type: 'list',
    default: [],
    description:
      'Custom fields of orders that are never placed, as `name=value`, or `name` for any value that is not blank.',
  },
  PLACEMENT_HOLD_LOCK: {
    type: 'list',
    choices: heldPaymentStates,
    default: [],
    description:
      'Payment states in which an order is placed locked; it is unlocked as soon as its payment state is in neither hold list.',
  },
  PLACEMENT_HOLD_WAIT: {
    type: 'list',
    choices: heldPaymentStates,
    default: [],
    description:
      'Payment states in which an order is not placed yet; it is judged again when its payment state changes.',
  },
  AMEND_LINES: {
    type: 'choice',
    choices: ['ignore', 'patch'],
    default: 'ignore',
    description:
      'What becomes of order lines that are changed after the placement. `ignore`: recorded and alerted. `patch`: changed at fulfillmenttools, which releases the reservation, routes the order anew and may find no facility for it; the tenant must allow it.',
  },
  SYNC_CHANNEL_ID: {
    type: 'string',
    description:
      'Id of the commercetools channel whose syncInfo names the fulfillmenttools order of an order: that one is adopted.',
  },
  ...routingSettings,
});

export type Settings = SettingsOf<typeof settings>;
export type PartialSettings = PartialSettingsOf<typeof settings>;
