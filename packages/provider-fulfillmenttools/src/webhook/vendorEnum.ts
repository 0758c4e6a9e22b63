import { toText } from '../fields.ts';

/** The vendor's enumerations that we read; the values of metrics' labels, so a closed set. */
export type EnumField =
  | 'order.status'
  | 'routingPlan.status'
  | 'pickJob.status'
  | 'pickJob.channel'
  | 'packJob.status'
  | 'handoverJob.status'
  | 'handoverJob.channel'
  | 'parcel.status'
  | 'shipment.status'
  | 'shipment.parcelStatus'
  | 'returnJob.status';

/** A value that an enumeration did not have when we read the vendor's API. */
export interface UnknownValue {
  readonly field: EnumField;
  /** The value where it reads like a name of an enumeration; null: it may be anything, so it is not to be shown. */
  readonly name: string | null;
}

/** Where unknown values are told; they never fail a mapping. */
export interface EnumContext {
  readonly onUnknown?: (value: UnknownValue) => void;
}

/** A letter first: a number of whatever it is (an order, a telephone) is no name. */
const ENUM_NAME = /^[A-Z][A-Z0-9_]{0,63}$/;

/**
 * Declares an enumeration; what comes out reads it: the value where we know it, else UNKNOWN, since new values are no
 * breaking change to the vendor. Of those `onUnknown` is told; what is missing (null, undefined, an empty text) is UNKNOWN
 * without a word.
 */
export function defineEnum<Value extends string>(
  field: EnumField,
  values: readonly Value[] | ReadonlyMap<unknown, Value>,
): (value: unknown, context: EnumContext) => Value | 'UNKNOWN' {
  const known: ReadonlyMap<unknown, Value> =
    values instanceof Map ? values : new Map((values as readonly Value[]).map((value) => [value, value]));
  return (value, { onUnknown }) => {
    const found = known.get(value);
    if (found !== undefined) return found;
    const isMissing = value === undefined || value === null || value === '';
    if (!isMissing) onUnknown?.({ field, name: toEnumName(value) });
    return 'UNKNOWN';
  };
}

function toEnumName(value: unknown): string | null {
  const text = toText(value);
  return text !== null && ENUM_NAME.test(text) ? text : null;
}
