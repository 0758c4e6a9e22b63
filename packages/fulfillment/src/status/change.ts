import type { OrderFulfillmentState, OrderParts, PlatformStatus, WrittenStatus } from '@pipeline/schemas/types';
import type { ShipmentState, StatusChange, StatusFields } from '../ports.ts';
import type { DesiredStatus } from './desired.ts';
import { planDeliveries } from './deliverySteps.ts';
import { noFields } from './fields.ts';
import { withoutRefusals } from './groups.ts';
import { rankOf } from './policy.ts';
import { planReturns } from './returns.ts';

export interface ChangeInput {
  readonly desired: Pick<DesiredStatus, 'shipmentState' | 'fields'> &
    Partial<Pick<DesiredStatus, 'deliveries' | 'returns' | 'syncInfo'>>;
  readonly written: WrittenStatus | null;
  /** As the last read or update showed it. */
  readonly platform: PlatformStatus;
}

const fieldNames = Object.keys(noFields) as (keyof StatusFields)[];

/**
 * The one update that is pending; null: nothing to call. A state is only lowered while the platform shows what we wrote
 * last, and a Canceled of somebody else is final. Fields are never emptied. An order without a custom type gets
 * all known fields with the next update, since they are set together with the type.
 */
export function toChange({ desired, written, platform }: ChangeInput): StatusChange | null {
  if (platform.gone) return null;
  const shipmentState = mayWrite(desired.shipmentState, written, platform) ? desired.shipmentState : null;
  const changed = fieldNames.filter(
    (name) => desired.fields[name] !== null && desired.fields[name] !== (written?.[name] ?? null),
  );
  const parts = partsOf(desired, platform.parts);
  if (shipmentState === null && changed.length === 0 && Object.keys(parts).length === 0) return null;
  const names = platform.customTypeId === null ? fieldNames : changed;
  const known = names.map((name) => [name, desired.fields[name] ?? written?.[name] ?? null] as const);
  return { shipmentState, fields: Object.fromEntries(known.filter(([, value]) => value !== null)), ...parts };
}

type Parts = Omit<StatusChange, 'shipmentState' | 'fields'>;

/**
 * Of what the order shows itself, compared with that and not with what was written: so it is found there after a crash.
 * Nothing while it is not known what the order has.
 */
function partsOf({ deliveries, returns, syncInfo }: ChangeInput['desired'], parts: OrderParts | null): Parts {
  if (!parts) return {};
  const deliverySteps = deliveries ? planDeliveries(deliveries, parts).steps : [];
  const returnSteps = returns ? planReturns(returns, parts) : [];
  const marked = parts.syncInfo.some(
    ({ channelId, externalId }) => channelId === syncInfo?.channelId && externalId === syncInfo.externalId,
  );
  return {
    ...(deliverySteps.length > 0 ? { deliveries: deliverySteps } : {}),
    ...(returnSteps.length > 0 ? { returns: returnSteps } : {}),
    ...(syncInfo && !marked ? { syncInfo } : {}),
  };
}

/** Is it to be known first what the order has besides its state and fields? */
export function needsParts({ deliveries, returns, syncInfo }: DesiredStatus): boolean {
  return (deliveries?.deliveries.length ?? 0) > 0 || returns.length > 0 || syncInfo !== null;
}

function mayWrite(next: ShipmentState | null, written: WrittenStatus | null, platform: PlatformStatus): boolean {
  const shown = platform.shipmentState;
  if (next === null || next === shown) return false;
  if (shown !== null && shown === written?.shipmentState) return true;
  return shown !== 'Canceled' && rankOf(next) > rankOf(shown);
}

export interface AfterWrite {
  readonly change: StatusChange;
  /** What the update answered. */
  readonly platform: PlatformStatus;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** The state after a successful update. `state.platform` must be what the change was computed from. */
export function afterWrite(state: OrderFulfillmentState, { change, platform, now }: AfterWrite): OrderFulfillmentState {
  const before = state.platform?.shipmentState ?? null;
  const lowered = change.shipmentState !== null && rankOf(change.shipmentState) < rankOf(before);
  return {
    ...state,
    written: withWritten(state.written, change),
    platform,
    reopened: state.reopened + (lowered ? 1 : 0),
    refused: withoutRefusals(state.refused, change),
    updatedAt: Math.max(state.updatedAt, now),
  };
}

export interface AfterRead {
  /** What the platform shows; its fields where they were read too. */
  readonly platform: PlatformStatus & { readonly fields?: StatusFields };
  /**
   * States that an earlier try of ours may have written without being on record: it was refused as a conflict, its
   * outcome is unknown, or the process died after it. When the platform shows one of them, it counts as written by us;
   * in an order of which nothing is on record only when it bears our fields, too.
   */
  readonly attempted: readonly (string | null)[];
  readonly now: number;
}

/** The state after a read: compute the change again from it. */
export function afterRead(
  state: OrderFulfillmentState,
  { platform, attempted, now }: AfterRead,
): OrderFulfillmentState {
  const { fields, version, shipmentState, customTypeId, gone, parts } = platform;
  const isTouched = state.platform !== null || Object.values(fields ?? {}).some((value) => value !== null);
  const ours = shipmentState !== null && isTouched && attempted.includes(shipmentState);
  const seen = fields ? { ...(state.written ?? nothingWritten), ...fields } : state.written;
  return {
    ...state,
    written: ours ? { ...(seen ?? nothingWritten), shipmentState } : seen,
    platform: { version, shipmentState, customTypeId, gone, parts },
    updatedAt: Math.max(state.updatedAt, now),
  };
}

const nothingWritten: WrittenStatus = { shipmentState: null, ...noFields };

function withWritten(written: WrittenStatus | null, change: StatusChange): WrittenStatus {
  const before = written ?? nothingWritten;
  return { ...before, ...change.fields, shipmentState: change.shipmentState ?? before.shipmentState };
}
