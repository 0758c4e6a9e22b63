import type { Attributes, ConsumerAddress } from '../core/model.ts';
import { badRequest } from '../http/problem.ts';
import { consumerAddress } from './address.ts';
import { closed, compile, dateTime, free, list, oneOf, type Schema, text } from './compile.ts';

const addressType = oneOf('POSTAL_ADDRESS', 'PARCEL_LOCKER', 'INVOICE_ADDRESS');

/** What each action takes besides name and version. */
const members = {
  CANCEL: { cancelationReasonId: text },
  FORCE_CANCEL: { cancelationReasonId: text },
  UNLOCK: { targetTime: dateTime },
  CONFIRM_PROMISE: { tenantOrderId: text },
  EXTEND_PROMISE: {},
  CHANGE_CONSUMER_ADDRESS: { 'addressType*': addressType, 'consumerAddress*': consumerAddress },
  REPLACE_CONSUMER_ADDRESSES: { 'consumerAddresses*': list(consumerAddress) },
} as const satisfies Record<string, Readonly<Record<string, Schema>>>;

interface Cancel {
  readonly name: 'CANCEL' | 'FORCE_CANCEL';
  readonly cancelationReasonId?: string;
}

export type OrderAction = { readonly version: number } & (
  | Cancel
  | { readonly name: 'UNLOCK'; readonly targetTime?: string }
  | { readonly name: 'CONFIRM_PROMISE'; readonly tenantOrderId?: string }
  | { readonly name: 'EXTEND_PROMISE' }
  | {
      readonly name: 'CHANGE_CONSUMER_ADDRESS';
      readonly addressType: string;
      readonly consumerAddress: ConsumerAddress;
    }
  | { readonly name: 'REPLACE_CONSUMER_ADDRESSES'; readonly consumerAddresses: readonly ConsumerAddress[] }
);

const version: Schema = { type: 'integer', minimum: 0 };

const parsers = new Map(
  Object.entries(members).map(([name, own]) => [
    name,
    compile<OrderAction>(closed({ 'name*': oneOf(name), 'version*': version, ...own })),
  ]),
);

/** The body of `POST /api/orders/{id}/actions`, closed for each action on its own. Throws a 400. */
export function parseOrderAction(body: unknown): OrderAction {
  const name = typeof body === 'object' && body !== null && 'name' in body ? String(body.name) : '';
  const parse = parsers.get(name);
  if (parse === undefined)
    throw badRequest('Unknown action', `body.name must be one of ${[...parsers.keys()].join(', ')}.`);
  return parse(body);
}

export interface BulkForceCancel {
  readonly orders: readonly {
    readonly orderId: string;
    readonly version: number;
    readonly cancelationReasonId?: string;
  }[];
}

export const parseBulkOrderAction = compile<BulkForceCancel>(
  closed({
    'name*': oneOf('BULK_FORCE_CANCEL'),
    'orders*': list(closed({ 'orderId*': text, 'version*': version, cancelationReasonId: text }), {
      minItems: 1,
      maxItems: 15,
    }),
  }),
);

export const parseOrderLineAction = compile<{ readonly version: number; readonly customAttributes: Attributes }>(
  closed({ 'name*': oneOf('UPDATE_CUSTOM_ATTRIBUTES'), 'version*': version, 'customAttributes*': free }),
);
