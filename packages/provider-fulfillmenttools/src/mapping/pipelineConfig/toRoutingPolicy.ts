import { defaultRoutingPolicy, type RoutingPolicy, type ShippingMethodRule } from '@pipeline/fulfillment';
import type { PipelineConfig } from './parsePipelineConfig.ts';

/** Values of the settings of these names. */
export interface RoutingSettings {
  readonly SHIP_FROM_STORE_METHODS: readonly string[];
  readonly CLICK_AND_COLLECT_METHODS: readonly string[];
  readonly UNKNOWN_SHIPPING_METHOD: RoutingPolicy['unknownShippingMethod'];
  readonly COLLECT_FACILITY_FIELD?: string | undefined;
}

/** What pipeline.yaml says goes before the settings; shipping methods are those of both. */
export const toRoutingPolicy = ({ routing }: PipelineConfig, settings: RoutingSettings): RoutingPolicy => ({
  ...defaultRoutingPolicy,
  unknownShippingMethod: settings.UNKNOWN_SHIPPING_METHOD,
  collectFacilityField: settings.COLLECT_FACILITY_FIELD ?? null,
  ...routing,
  shippingMethods: { ...listedMethods(settings), ...routing.shippingMethods },
});

/** Rules of the shipping methods that the settings list. */
export function listedMethods(
  settings: Pick<RoutingSettings, 'SHIP_FROM_STORE_METHODS' | 'CLICK_AND_COLLECT_METHODS'>,
): Record<string, ShippingMethodRule> {
  const rules = (keys: readonly string[], rule: ShippingMethodRule): [string, ShippingMethodRule][] =>
    keys.map((key) => [key, rule]);
  return Object.fromEntries([
    ...rules(settings.SHIP_FROM_STORE_METHODS, { service: 'shipping' }),
    ...rules(settings.CLICK_AND_COLLECT_METHODS, { service: 'collect' }),
  ]);
}
