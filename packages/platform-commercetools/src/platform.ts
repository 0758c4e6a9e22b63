import type { ShippingMethod } from '@commercetools/platform-sdk';
import type { CommercePlatform, WriteStatus } from '@pipeline/fulfillment';
import { usePermit } from '@pipeline/streams';
import { createCache } from './cache.ts';
import { call } from './call.ts';
import { createChannelKeys } from './channels/channelKeys.ts';
import type { ApiRoot } from './client.ts';
import { fieldPresets } from './fieldNames.ts';
import type { FieldNames } from './fieldNames.ts';
import { shippingInfos, toOrderSnapshot } from './mapping/toOrderSnapshot.ts';
import { toPlatformStatus, toStatusFields } from './mapping/toPlatformStatus.ts';
import { hasFields, hasForeignType, toUpdateActions } from './mapping/toUpdateActions.ts';
import { definedFields } from './orderType.ts';
import type { OrderType } from './orderType.ts';
import type { ParcelType } from './parcelType.ts';
import { unlessGone } from './unlessGone.ts';

export interface SkippedFields {
  readonly orderId: string;
  /** null: the order has no Type, and neither have we. */
  readonly typeId: string | null;
  readonly fields: readonly string[];
}

export interface CommercetoolsPlatformSettings {
  readonly api: ApiRoot;
  /** (Default: the preset `docs`) */
  readonly fields?: FieldNames;
  /** From `resolveOrderType`. null: for services that write no status. (Default: null) */
  readonly orderType?: OrderType | null;
  /** From `resolveParcelType`. null: tracking URLs are written nowhere. (Default: null) */
  readonly parcelType?: ParcelType | null;
  /**
   * Custom fields of the order in which a reference to a channel gets the channel's key when the order is read; scope
   * view_channels. (Default: none)
   */
  readonly channelFields?: readonly string[];
  /** Milliseconds for which shipping methods, channels and Types are not read again. (Default: 10 min) */
  readonly cacheTtlMs?: number;
  /** Fields with a value that were not written, since the order's Type does not define them. */
  readonly onSkippedFields?: (skipped: SkippedFields) => void;
  /** Milliseconds since the epoch. (Default: Date.now) */
  readonly now?: () => number;
}

const expand = ['shippingInfo.shippingMethod', 'shipping[*].shippingInfo.shippingMethod', 'lineItems[*].supplyChannel'];

/**
 * The CommercePlatform port on commercetools. Scopes: view_orders and view_shipping_methods to read; manage_orders and
 * view_types to write.
 *
 * `writeStatus`: when `platform.customTypeId` is null, `change.fields` must hold every known field, not only what
 * changed: they are set together with the Type.
 */
export function createCommercetoolsPlatform(settings: CommercetoolsPlatformSettings): CommercePlatform {
  const { api, fields: names = fieldPresets.docs, orderType = null, now = Date.now, onSkippedFields } = settings;
  const { parcelType = null } = settings;
  const cacheSettings = { ttlMs: settings.cacheTtlMs ?? 10 * 60_000, limit: 1_000 };
  const shippingMethods = createCache<ShippingMethod | undefined>(cacheSettings);
  const { channelFields = [] } = settings;
  const withChannelKeys = createChannelKeys({ api, fields: channelFields, ttlMs: cacheSettings.ttlMs });
  const foreignTypes = createCache<ReadonlyMap<string, string>>(cacheSettings);

  const readOrder = (orderId: string, signal: AbortSignal, queryArgs: { expand?: string[] } = {}) =>
    unlessGone(call(api.orders().withId({ ID: orderId }).get({ queryArgs }), { signal }));

  const readShippingMethod = (id: string, signal: AbortSignal) =>
    shippingMethods.get(id, () => unlessGone(call(api.shippingMethods().withId({ ID: id }).get(), { signal })));

  const readForeignFields = ({ platform, change }: WriteStatus, signal: AbortSignal) => {
    const { customTypeId: id } = platform;
    if (id === null || !hasForeignType(platform, orderType) || !hasFields(change, names)) return null;
    // A Type that cannot be found defines nothing; as `gone` it would pass for a deleted order.
    return foreignTypes.get(id, async () => {
      const type = await unlessGone(call(api.types().withId({ ID: id }).get(), { signal }));
      return type ? definedFields(type) : new Map();
    });
  };

  return {
    name: 'commercetools',

    async getOrder(orderId, signal) {
      const readAt = now();
      const order = await readOrder(orderId, signal, { expand });
      if (!order) return undefined;
      const methods = new Map<string, ShippingMethod>();
      for (const { shippingMethod } of shippingInfos(order)) {
        if (!shippingMethod || shippingMethod.obj) continue;
        const method = await readShippingMethod(shippingMethod.id, signal);
        if (method) methods.set(method.id, method);
      }
      return toOrderSnapshot(await withChannelKeys(order, signal), { readAt, shippingMethods: methods });
    },

    async getStatus(orderId, signal) {
      const order = await readOrder(orderId, signal);
      return order && { ...toPlatformStatus(order, parcelType), fields: toStatusFields(order, names) };
    },

    async writeStatus(write, permit) {
      usePermit(permit);
      const { orderId, change, platform } = write;
      const { signal } = permit;
      const foreignFields = await readForeignFields(write, signal);
      const request = { change, platform, names, orderType, foreignFields, parcelType };
      const { actions, skippedFields } = toUpdateActions(request);
      if (skippedFields.length > 0)
        onSkippedFields?.({ orderId, typeId: platform.customTypeId, fields: skippedFields });
      if (actions.length === 0) return platform;
      const body = { version: platform.version, actions };
      const order = await call(api.orders().withId({ ID: orderId }).post({ body }), { signal, write: true });
      return toPlatformStatus(order, parcelType);
    },
  };
}
