import type { RoutingPolicy } from '@pipeline/fulfillment';
import { defaultMappingConfig, type MappingConfig } from '../mappingConfig.ts';

export interface Preset {
  readonly routing: Partial<RoutingPolicy>;
  readonly mapping: MappingConfig;
}

/** Where the vendor's own connector looks for a text, whatever the order's locale is. */
const CONNECTOR_LOCALES = ['en-US', 'en-GB', 'en-AU', 'en-CA', 'en', 'de-DE', 'de-AT', 'de-CH', 'de'];

/**
 * What a pipeline.yaml starts from. The connector ships what has no shipping method that it knows; here that is held,
 * since an order is never shipped without anybody having said so.
 */
export const presets: Readonly<Record<'docs' | 'connector', Preset>> = {
  docs: { routing: {}, mapping: defaultMappingConfig },
  connector: {
    routing: { unknownShippingMethod: 'hold' },
    mapping: { ...defaultMappingConfig, locales: CONNECTOR_LOCALES },
  },
};
