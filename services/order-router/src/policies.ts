import { checkKafkaSecurity } from '@pipeline/service-kit';
import {
  defaultGatePolicy,
  defaultRoutingPolicy,
  type DoubtTiming,
  type GatePolicy,
  type RoutingPolicy,
  type ShippingMethodRule,
} from '@pipeline/fulfillment';
import type { PartialSettings, Settings } from './config.ts';
import { checkExclusions, toExcludePolicy } from './exclusions.ts';

/** Settings → what may be placed. Both presets' field names say that an order was placed by somebody else. */
export const toGatePolicy = (settings: Settings): GatePolicy => ({
  ...defaultGatePolicy,
  placeConfirmedSince: settings.PLACE_CONFIRMED_SINCE,
  importedMaxAgeMs: settings.IMPORTED_MAX_AGE_MS,
  hold: Object.fromEntries([
    ...settings.PLACEMENT_HOLD_LOCK.map((state) => [state, 'lock'] as const),
    ...settings.PLACEMENT_HOLD_WAIT.map((state) => [state, 'wait'] as const),
  ]),
  exclude: toExcludePolicy(settings),
  syncChannelId: settings.SYNC_CHANNEL_ID ?? null,
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

/** Everything that is wrong between settings, and in those that have rules of their own. */
export function checkSettings(settings: PartialSettings): string[] {
  const { SYNC_CHANNEL_ID } = settings;
  const isId = SYNC_CHANNEL_ID === undefined || /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(SYNC_CHANNEL_ID);
  return [
    ...checkMethods(settings),
    ...checkExclusions(settings),
    ...inBoth(settings, 'PLACEMENT_HOLD_LOCK', 'PLACEMENT_HOLD_WAIT'),
    ...(isId ? [] : ['SYNC_CHANNEL_ID must be the id of a channel, a UUID, not its key']),
    ...checkKafkaSecurity(settings),
  ];
}

/** A method in both lists would be shipped or collected by chance; none in either makes a dead letter of every order. */
function checkMethods(settings: PartialSettings): string[] {
  const { SHIP_FROM_STORE_METHODS, CLICK_AND_COLLECT_METHODS, UNKNOWN_SHIPPING_METHOD, PLACEMENT } = settings;
  const listed = SHIP_FROM_STORE_METHODS.length + CLICK_AND_COLLECT_METHODS.length > 0;
  const unmapped =
    listed || UNKNOWN_SHIPPING_METHOD !== 'fail' || PLACEMENT === 'off'
      ? []
      : [
          'SHIP_FROM_STORE_METHODS and CLICK_AND_COLLECT_METHODS are both empty, so that no order could be placed: name the keys of the shipping methods, or set UNKNOWN_SHIPPING_METHOD',
        ];
  return [...unmapped, ...inBoth(settings, 'SHIP_FROM_STORE_METHODS', 'CLICK_AND_COLLECT_METHODS')];
}

type ListSetting =
  | 'SHIP_FROM_STORE_METHODS'
  | 'CLICK_AND_COLLECT_METHODS'
  | 'PLACEMENT_HOLD_LOCK'
  | 'PLACEMENT_HOLD_WAIT';

function inBoth(settings: Pick<Settings, ListSetting>, first: ListSetting, second: ListSetting): string[] {
  const listed = new Set<string>(settings[first]);
  const both = settings[second].filter((entry) => listed.has(entry));
  return both.length === 0 ? [] : [`${second} names ${both.join(', ')}, which ${first} names too`];
}
