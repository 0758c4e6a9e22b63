/** `npm run setup:commercetools`: creates the custom Types of orders and parcels, or adds the fields that they lack. */
import {
  createCommercetoolsClient,
  ensureOrderType,
  ensureParcelType,
  fieldNameProblems,
  fieldPresets,
  toFieldNames,
} from '@pipeline/platform-commercetools';
import { createConfigReader, toFieldSettings, usablePipelineConfig } from '@pipeline/provider-fulfillmenttools';
import {
  commercetoolsSettings,
  defineSettings,
  orderTypeSettings,
  pipelineFileSettings,
  runWithSettings,
  toCommercetoolsAccess,
} from '@pipeline/service-kit';

const TIMEOUT_MS = 60_000;

const readConfig = createConfigReader();
await runWithSettings({
  definitions: defineSettings({ ...commercetoolsSettings, ...orderTypeSettings, ...pipelineFileSettings }),
  check: (given) => {
    const parsed = readConfig(given.PIPELINE_CONFIG);
    if ('problems' in parsed) return parsed.problems.map((problem) => `PIPELINE_CONFIG, ${problem}`);
    const { FIELD_PRESET, FIELD_NAMES } = toFieldSettings(parsed.config, given);
    return fieldNameProblems(fieldPresets[FIELD_PRESET], FIELD_NAMES).map((text) => `FIELD_NAMES ${text}`);
  },
  async run(settings) {
    const { api, close } = createCommercetoolsClient(toCommercetoolsAccess(settings));
    const { PARCEL_TYPE_KEY, PARCEL_URL_FIELD: urlField } = settings;
    const file = usablePipelineConfig(readConfig(settings.PIPELINE_CONFIG));
    const { ORDER_TYPE_KEY, FIELD_PRESET, FIELD_NAMES } = toFieldSettings(file, settings);
    const fields = toFieldNames(fieldPresets[FIELD_PRESET], FIELD_NAMES);
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const { id } = await ensureOrderType({ api, key: ORDER_TYPE_KEY, fields, signal });
    const names = Object.values(fields).filter((name) => name !== null);
    console.log(`Custom Type ${ORDER_TYPE_KEY} (${id}) has the fields ${names.join(', ')}.`);
    if (urlField !== 'none') {
      const parcel = await ensureParcelType({ api, key: PARCEL_TYPE_KEY, urlField, signal });
      console.log(`Custom Type ${PARCEL_TYPE_KEY} (${parcel.id}) has the field ${parcel.urlField}.`);
    }
    await close();
  },
});
