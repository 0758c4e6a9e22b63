import type { RoutingPolicy, ShippingMethodRule } from '@pipeline/fulfillment';
import type { AttributeCategory, MappingConfig, StickerRule } from '../mappingConfig.ts';

/** pipeline.yaml as its JSON Schema lets it through. */
export interface PipelineFile {
  readonly version: 1;
  readonly preset?: 'docs' | 'connector';
  readonly shipping?: {
    readonly methods?: Readonly<Record<string, ShippingMethodRule>>;
    readonly unknownMethod?: RoutingPolicy['unknownShippingMethod'];
    readonly collectFacilityField?: string;
    readonly facilitiesByStore?: RoutingPolicy['facilitiesByStore'];
  };
  readonly tags?: { readonly store?: string; readonly fields?: Readonly<Record<string, string>> };
  readonly mapping?: {
    readonly locales?: readonly string[];
    readonly attributes?: Partial<MappingConfig['attributes']> & {
      readonly categories?: Readonly<Record<string, AttributeCategory>>;
    };
    readonly lines?: Partial<MappingConfig['lines']>;
    readonly order?: Partial<Omit<MappingConfig['order'], 'stickers'>> & {
      readonly stickers?: Readonly<
        Record<string, Pick<StickerRule, 'nameLocalized' | 'priority'> & Partial<StickerRule>>
      >;
    };
    readonly facilities?: Partial<MappingConfig['facilities']>;
    readonly parcelLockerField?: string;
    readonly customServices?: Readonly<Record<string, string>>;
    readonly pricing?: boolean;
  };
}
