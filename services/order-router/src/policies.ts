import { checkKafkaSecurity } from '@pipeline/service-kit';
import {
  defaultGatePolicy,
  defaultRoutingPolicy,
  type DoubtTiming,
  type GatePolicy,
  type RoutingPolicy,
  type ShippingMethodRule,
} from '@pipeline/fulfillment';
import type { Settings } from './config.ts';

/** Settings → what may be placed. Both presets' field names say that an order was placed by somebody else. */
export const toGatePolicy = (settings: Settings): GatePolicy => ({
  ...defaultGatePolicy,
  placeConfirmedSince: settings.PLACE_CONFIRMED_SINCE,
  importedMaxAgeMs: settings.IMPORTED_MAX_AGE_MS,
});

export function toRoutingPolicy(settings: Settings): RoutingPolicy {
  const rules = (keys: readonly string[], rule: ShippingMethodRule): [string, ShippingMethodRule][] =>
    keys.map((key) => [key, rule]);
  return {
    ...defaultRoutingPolicy,
    shippingMethods: Object.fromEntries([
      ...rules(settings.SHIP_FROM_STORE_METHODS, { service: 'shipping' }),
      ...rules(settings.CLICK_AND_COLLECT_METHODS, { service: 'collect' }),
    ]),
    unknownShippingMethod: settings.UNKNOWN_SHIPPING_METHOD,
    collectFacilityField: settings.COLLECT_FACILITY_FIELD ?? null,
  };
}

export const toTiming = (settings: Settings): DoubtTiming => ({
  startWindowMs: settings.START_WINDOW_MS,
  requestTimeoutMs: settings.REQUEST_TIMEOUT_MS,
  serverLimitMs: settings.SERVER_LIMIT_MS,
  indexLagMs: settings.INDEX_LAG_MS,
});

/** A method in both lists would be shipped or collected by chance; none in either makes a dead letter of every order. */
export function checkSettings(settings: Settings): string[] {
  const { SHIP_FROM_STORE_METHODS, CLICK_AND_COLLECT_METHODS, UNKNOWN_SHIPPING_METHOD, PLACEMENT } = settings;
  const listed = SHIP_FROM_STORE_METHODS.length + CLICK_AND_COLLECT_METHODS.length > 0;
  const unmapped =
    listed || UNKNOWN_SHIPPING_METHOD !== 'fail' || PLACEMENT === 'off'
      ? []
      : [
          'SHIP_FROM_STORE_METHODS and CLICK_AND_COLLECT_METHODS are both empty, so that no order could be placed: name the keys of the shipping methods, or set UNKNOWN_SHIPPING_METHOD',
        ];
  const both = SHIP_FROM_STORE_METHODS.filter((key) => CLICK_AND_COLLECT_METHODS.includes(key));
  const methods =
    both.length === 0
      ? []
      : [`CLICK_AND_COLLECT_METHODS names ${both.join(', ')}, which SHIP_FROM_STORE_METHODS names too`];
  return [...unmapped, ...methods, ...checkKafkaSecurity(settings)];
}
