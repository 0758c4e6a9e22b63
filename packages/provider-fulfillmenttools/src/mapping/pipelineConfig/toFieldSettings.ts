import type { PipelineConfig } from './parsePipelineConfig.ts';

/** Values of the settings of these names. */
export interface FieldSettings {
  readonly FIELD_PRESET: 'docs' | 'connector';
  readonly FIELD_NAMES?: readonly string[] | undefined;
  readonly ORDER_TYPE_KEY: string;
}

/**
 * Where the status is written in an order: the settings, with what pipeline.yaml says in their place. Of the field names
 * (`field=name`, a later one counts) those of the settings stay that the file does not give another.
 */
export const toFieldSettings = ({ fields }: PipelineConfig, settings: FieldSettings) => ({
  FIELD_PRESET: fields?.preset ?? settings.FIELD_PRESET,
  FIELD_NAMES: [
    ...(settings.FIELD_NAMES ?? []),
    ...Object.entries(fields?.names ?? {}).map(([field, name]) => `${field}=${name}`),
  ],
  ORDER_TYPE_KEY: fields?.orderType ?? settings.ORDER_TYPE_KEY,
});
