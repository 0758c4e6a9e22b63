import { quoted } from '../quoted.ts';

/** What a code asks of a person, in short; the guide says more. */
export interface NextStep {
  readonly text: string;
  /** false: sending it back changes nothing. */
  readonly redrive: boolean;
}

const redriveAfter = (text: string): NextStep => ({ text, redrive: true });

const steps: Readonly<Record<string, NextStep>> = {
  'malformed-notification': {
    text: 'Not a notification of the vendor. Find out who else posts to this endpoint. Nothing to send back.',
    redrive: false,
  },
  'payload-incomplete': redriveAfter(
    'An entity without id or version: did the vendor change its API? Fix the mapping.',
  ),
  'unreadable-order': redriveAfter('A time in the order cannot be read. Fix the mapping.'),
  unencodable: redriveAfter('A value does not fit the schema; the message names the fields. Fix the mapping.'),
  undecodable: redriveAfter('Our schema cannot read the bytes: another writer or registry? Put that right.'),
  'unknown-schema-id': redriveAfter(
    'The registry does not know the schema: written against another one? Put that right.',
  ),
  'incompatible-schema': redriveAfter('The schema in the registry is not compatible with ours. Put that right.'),
  'message-too-large': redriveAfter('Raise max.message.bytes of the topic that the message names.'),
  'message-refused': redriveAfter(
    'The broker refused the record. Look at the settings of the topic that the message names.',
  ),
  'shipping-method-unknown': redriveAfter(
    'Add the method to SHIP_FROM_STORE_METHODS or CLICK_AND_COLLECT_METHODS, or set UNKNOWN_SHIPPING_METHOD; restart order-router.',
  ),
  'shipping-method-missing': redriveAfter(
    'Set a shipping method for the order, or UNKNOWN_SHIPPING_METHOD; restart order-router.',
  ),
  'collect-facility-missing': redriveAfter(
    'Say in the order which store it is: COLLECT_FACILITY_FIELD, or the supply channel of its lines.',
  ),
  'collect-facility-ambiguous': redriveAfter('The order names several stores. Leave one.'),
  'collect-facility-unreadable': redriveAfter(
    'The field that names the store cannot be read. Correct it in the order.',
  ),
  'several-shipping-targets': redriveAfter(
    'Not every piece has a destination, or the order has got further ones since it was placed. Give each line targets for its whole quantity, or place the order by hand.',
  ),
  'target-changed': redriveAfter(
    'Goods of the order were moved between its destinations when some were sent already. Look what those got; a redrive sends the rest as the order is now.',
  ),
  'target-gone': redriveAfter(
    'A part of the order had not been placed when its destination was taken out of the order. Give its goods that destination again, or place them by hand.',
  ),
  'mapping-address-incomplete': redriveAfter('The message names the field of the address. Correct the order.'),
  'mapping-invalid': redriveAfter('The message names the field. Correct the order.'),
  'transform-failed': redriveAfter(
    "The shop's own code failed; the message names the line, `npm run ops -- map <order id>` shows more. Correct it, restart order-router.",
  ),
  'transform-timeout': redriveAfter("The shop's own code did not come to an end. Correct it, restart order-router."),
  'transform-invalid': redriveAfter(
    "The shop's own code made of the order what cannot be sent; the message names the field. Correct it, restart order-router.",
  ),
  'key-missing': {
    text: 'A record without key is of no order. Find out who writes there beside our services. Nothing to send back.',
    redrive: false,
  },
  'wrong-partition': redriveAfter(
    'Its key is of another partition. Did somebody add partitions? Then leave it: docs/guides/own-kafka.md. Else find out who wrote it there; it is sent to its own.',
  ),
  'transient-exhausted': redriveAfter(
    'Its call failed for an hour while the same call succeeded for others; its last error is in the message. Find at the vendor what is special about this order. One that may have been placed is searched for before it is sent again.',
  ),
  'order-refused': redriveAfter(
    'fulfillmenttools refused the order; its words are in the message. Correct the order or the facility.',
  ),
  'unlock-refused': redriveAfter(
    'A paid order stays LOCKED at fulfillmenttools. Unlock it there, or remove the cause.',
  ),
  'erasure-refused': redriveAfter(
    'Personal data stays at fulfillmenttools. Erase it there, or give the permission PROCESS_WRITE.',
  ),
  'tenant-order-id-clash': redriveAfter(
    'An order of somebody else has this tenantOrderId at fulfillmenttools. Free it there.',
  ),
  'unresolved-order': redriveAfter(
    'fulfillmenttools does not know the job that should lead to the order. Look it up there.',
  ),
  'provider-refused': redriveAfter(
    'fulfillmenttools refused a call; the message says which. Correct the order, the facility or what else it names.',
  ),
  'unreadable-channel': redriveAfter(
    'A channel that cannot be read; the message names the field. Correct it at commercetools, where its change is read by itself.',
  ),
  'facility-incomplete': {
    text: 'The message names what the channel lacks. Complete it at commercetools: the change makes the facility. Nothing to send back.',
    redrive: false,
  },
  'facility-invalid': {
    text: 'The message names the field. Correct the channel at commercetools: the change is sent. Nothing to send back.',
    redrive: false,
  },
  'facility-key-taken': redriveAfter(
    'Another facility has the key of the channel. Give it another tenantFacilityId, or set it OFFLINE where its channel is gone.',
  ),
  'facility-is-supplier': redriveAfter(
    'A supplier at fulfillmenttools has the key of the channel. Give the supplier another tenantFacilityId.',
  ),
  'event-unknown': redriveAfter('Written by a newer version. Update the service.'),
  'provider-id-invalid': redriveAfter('An id that fulfillmenttools does not take; the message says which. Correct it.'),
  defect: redriveAfter('A fault of ours. The message and the log say where. Fix it.'),
};

/** Codes of commercetools begin with a capital, as InvalidField; an answer without a code has its status. */
export const isPlatformCode = (code: string): boolean => /^([A-Z]|http-4)/.test(code);

/** Codes with a step of their own. */
export const knownCodes: readonly string[] = Object.keys(steps);

export function nextStepFor(code: string): NextStep {
  const known = Object.hasOwn(steps, code) ? steps[code] : undefined;
  if (known) return known;
  return isPlatformCode(code)
    ? redriveAfter(
        'commercetools refused; its words are in the message. Correct the order, its Type or the API Extension.',
      )
    : redriveAfter('The message says what is wrong. Remove the cause.');
}

/** What to do about a letter in one line; `command` sends it back. */
export function adviceFor(code: string, command: string): string {
  const { text, redrive } = nextStepFor(code);
  return redrive ? `${text} Then: ${command} --dry-run` : text;
}

/** The command that sends letters back. `position`: `partition:offset` of one of them. */
export const redriveCommand = (
  service: string,
  filter: { readonly code?: string; readonly key?: string | null; readonly position?: string },
): string =>
  [
    `npm run ops -- dlq redrive --service ${service}`,
    ...(filter.code === undefined ? [] : [`--code ${quoted(filter.code)}`]),
    ...(filter.key === undefined || filter.key === null || filter.key === '' ? [] : [`--key ${quoted(filter.key)}`]),
    ...(filter.position === undefined ? [] : [`--letter ${filter.position}`]),
  ].join(' ');
