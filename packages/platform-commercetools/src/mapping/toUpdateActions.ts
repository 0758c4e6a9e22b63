import type { OrderUpdateAction } from '@commercetools/platform-sdk';
import type { StatusChange, StatusFields } from '@pipeline/fulfillment';
import type { PlatformStatus } from '@pipeline/schemas/types';
import { fieldKinds, statusFieldKeys } from '../fieldNames.ts';
import type { FieldNames } from '../fieldNames.ts';
import type { OrderType } from '../orderType.ts';
import type { ParcelType } from '../parcelType.ts';
import { toDeliveryAction } from './toDeliveryActions.ts';
import { toReturnAction } from './toReturnActions.ts';

export interface UpdateRequest {
  /** When the order has no custom Type, `fields` must hold all known values: they are set together with the Type. */
  readonly change: StatusChange;
  /** What the order had at its version. */
  readonly platform: PlatformStatus;
  readonly names: FieldNames;
  /** null: we have none, and fields can only be written to orders whose Type defines them. */
  readonly orderType: OrderType | null;
  /** Field names and kinds of the order's Type, when that is not ours. */
  readonly foreignFields: ReadonlyMap<string, string> | null;
  /** Where tracking URLs go. null: nowhere. (Default: null) */
  readonly parcelType?: ParcelType | null;
}

export interface Update {
  /** Empty: nothing to write. */
  readonly actions: OrderUpdateAction[];
  /** Names of fields that have a value but no place in the order's Type. */
  readonly skippedFields: string[];
}

/**
 * One order has exactly one Type and `setCustomType` wipes what the former held: a foreign Type is never replaced, only
 * the fields that it defines (with the right kind) are set. No value (null) is ever written: a field is never emptied.
 */
export function toUpdateActions(request: UpdateRequest): Update {
  const { change, platform } = request;
  const { actions, skippedFields } = toFieldActions(request);
  if (change.shipmentState !== null && change.shipmentState !== platform.shipmentState)
    actions.push({ action: 'changeShipmentState', shipmentState: change.shipmentState });
  const { deliveries = [], returns = [], syncInfo } = change;
  actions.push(...deliveries.flatMap((step) => toDeliveryAction(step, request.parcelType ?? null)));
  actions.push(...returns.map(toReturnAction));
  if (syncInfo) {
    const { channelId: id, externalId } = syncInfo;
    actions.push({ action: 'updateSyncInfo', channel: { typeId: 'channel', id }, externalId });
  }
  return { actions, skippedFields };
}

/** Is the order's Type one whose definition must be read first? */
export function hasForeignType(platform: PlatformStatus, orderType: OrderType | null): boolean {
  return platform.customTypeId !== null && platform.customTypeId !== orderType?.id;
}

/** Does the change hold a value for any field? */
export function hasFields(change: StatusChange, names: FieldNames): boolean {
  return fieldValues(change.fields, names).length > 0;
}

function toFieldActions({ change, platform, names, orderType, foreignFields }: UpdateRequest): Update {
  const values = fieldValues(change.fields, names);
  const untyped = platform.customTypeId === null;
  if (untyped && orderType && values.length > 0) {
    const fields = Object.fromEntries(values.map(({ name, value }) => [name, value]));
    return {
      actions: [{ action: 'setCustomType', type: { typeId: 'type', key: orderType.key }, fields }],
      skippedFields: [],
    };
  }
  const foreign = hasForeignType(platform, orderType);
  const accepted = ({ name, field }: FieldValue) =>
    !untyped && (!foreign || foreignFields?.get(name) === fieldKinds[field]);
  return {
    actions: values.filter(accepted).map(({ name, value }) => ({ action: 'setCustomField', name, value })),
    skippedFields: values.filter((each) => !accepted(each)).map(({ name }) => name),
  };
}

interface FieldValue {
  readonly field: keyof StatusFields;
  readonly name: string;
  readonly value: string | number;
}

/** Those that have a value, and a name in this shop. */
function fieldValues(fields: Partial<StatusFields>, names: FieldNames): FieldValue[] {
  return statusFieldKeys.flatMap((field) => {
    const value = fields[field] ?? null;
    const name = names[field];
    return value === null || name === null ? [] : [{ field, name, value }];
  });
}
