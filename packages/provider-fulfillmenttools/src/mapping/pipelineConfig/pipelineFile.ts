import type { RoutingPolicy, ShippingMethodRule, StatusFields, StatusPolicy } from '@pipeline/fulfillment';
import type { AttributeCategory, MappingConfig, StickerRule } from '../mappingConfig.ts';

/** Where the status is written in an order. */
export interface FieldsConfig {
  readonly preset?: 'docs' | 'connector';
  /** Key of the custom Type. */
  readonly orderType?: string;
  readonly names?: Partial<Readonly<Record<keyof StatusFields, string>>>;
}

/** What the progress of the fulfillment means for the order. What is not said is left to the settings. */
export type StatusConfig = { readonly preset?: 'docs' | 'connector' } & Partial<
  Omit<StatusPolicy, 'trackingLinks' | 'parcelsField' | 'jobsField' | 'syncChannelId'>
>;

/** pipeline.yaml as its JSON Schema lets it through. */
export interface PipelineFile {
  readonly version: 1;
  readonly preset?: 'docs' | 'connector';
  readonly transform?: string;
  readonly fields?: FieldsConfig;
  readonly status?: StatusConfig;
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
    readonly postalCodePlaceholders?: Readonly<Record<string, string>>;
    readonly customServices?: Readonly<Record<string, string>>;
    readonly pricing?: boolean;
  };
}
