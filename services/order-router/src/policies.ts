import { checkKafkaSecurity, toHold } from '@pipeline/service-kit';
import { defaultGatePolicy, type DoubtTiming, type GatePolicy } from '@pipeline/fulfillment';
import { listedMethods, type ReadConfig } from '@pipeline/provider-fulfillmenttools';
import type { PartialSettings, Settings } from './config.ts';
import { checkExclusions, toExcludePolicy } from './exclusions.ts';

/** Settings → what may be placed. Both presets' field names say that an order was placed by somebody else. */
export const toGatePolicy = (settings: Settings): GatePolicy => ({
  ...defaultGatePolicy,
  placeConfirmedSince: settings.PLACE_CONFIRMED_SINCE,
  importedMaxAgeMs: settings.IMPORTED_MAX_AGE_MS,
  hold: toHold(settings),
  exclude: toExcludePolicy(settings),
  syncChannelId: settings.SYNC_CHANNEL_ID ?? null,
});

export const toTiming = (settings: Settings): DoubtTiming => ({
  startWindowMs: settings.START_WINDOW_MS,
  requestTimeoutMs: settings.REQUEST_TIMEOUT_MS,
  serverLimitMs: settings.SERVER_LIMIT_MS,
  indexLagMs: settings.INDEX_LAG_MS,
});

/** Everything that is wrong between settings, and in those that have rules of their own. */
export function checkSettings(settings: PartialSettings, readConfig: ReadConfig): string[] {
  const { SYNC_CHANNEL_ID } = settings;
  const isId = SYNC_CHANNEL_ID === undefined || /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(SYNC_CHANNEL_ID);
  return [
    ...checkMethods(settings, readConfig),
    ...checkExclusions(settings),
    ...inBoth(settings, 'PLACEMENT_HOLD_LOCK', 'PLACEMENT_HOLD_WAIT'),
    ...(isId ? [] : ['SYNC_CHANNEL_ID must be the id of a channel, a UUID, not its key']),
    ...checkKafkaSecurity(settings),
  ];
}

/**
 * A method in both lists would be shipped or collected by chance; none in either makes a dead letter of every order. A
 * pipeline.yaml that is wrong is all that is said of methods: what it would say of them is not known.
 */
function checkMethods(settings: PartialSettings, readConfig: ReadConfig): string[] {
  const { PIPELINE_CONFIG: path, PLACEMENT } = settings;
  const parsed = readConfig(path);
  if ('problems' in parsed) return parsed.problems.map((problem) => `PIPELINE_CONFIG, ${problem}`);
  const { shippingMethods = {}, unknownShippingMethod } = parsed.config.routing;
  const listed = listedMethods(settings);
  const count = Object.keys(listed).length + Object.keys(shippingMethods).length;
  const unmapped =
    count > 0 || (unknownShippingMethod ?? settings.UNKNOWN_SHIPPING_METHOD) !== 'fail' || PLACEMENT === 'off'
      ? []
      : [
          'SHIP_FROM_STORE_METHODS and CLICK_AND_COLLECT_METHODS are both empty, so that no order could be placed: name the keys of the shipping methods, there or in PIPELINE_CONFIG, or set UNKNOWN_SHIPPING_METHOD',
        ];
  const twice = Object.keys(shippingMethods).filter((key) => Object.hasOwn(listed, key));
  return [
    ...unmapped,
    ...inBoth(settings, 'SHIP_FROM_STORE_METHODS', 'CLICK_AND_COLLECT_METHODS'),
    ...(twice.length === 0
      ? []
      : [
          `PIPELINE_CONFIG names ${twice.join(', ')}, which SHIP_FROM_STORE_METHODS or CLICK_AND_COLLECT_METHODS names too`,
        ]),
  ];
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
