import { isDeepStrictEqual } from 'node:util';
import type { RoutingPolicy } from '@pipeline/fulfillment';
import { type MappingConfig, toMappingVersion } from '../mappingConfig.ts';
import type { PipelineConfig } from './parsePipelineConfig.ts';
import { type RoutingSettings, toRoutingPolicy } from './toRoutingPolicy.ts';

/** What becomes of orders: where they go, and what is sent of them. */
export interface OrderPolicy {
  readonly routing: RoutingPolicy;
  readonly mapping: MappingConfig;
}

const NO_SETTINGS: RoutingSettings = {
  SHIP_FROM_STORE_METHODS: [],
  CLICK_AND_COLLECT_METHODS: [],
  UNKNOWN_SHIPPING_METHOD: 'fail',
};

/**
 * pipeline.yaml and the settings put together. The version of the mapping is that of the file as long as no setting is in
 * force beside it, else one of both: a setting that the file overrules makes no other mapping, nor does the order in
 * which methods are listed.
 */
export function toOrderPolicy(config: PipelineConfig, settings: RoutingSettings): OrderPolicy {
  const { mapping } = config;
  const routing = toRoutingPolicy(config, settings);
  if (isDeepStrictEqual(routing, toRoutingPolicy(config, NO_SETTINGS))) return { routing, mapping };
  const methods = Object.entries(routing.shippingMethods).sort(([one], [other]) => (one < other ? -1 : 1));
  const version = toMappingVersion([mapping.version, { ...routing, shippingMethods: methods }]);
  return { routing, mapping: { ...mapping, version } };
}
