/** `npm run setup:commercetools`: creates the custom Types of orders and parcels, or adds the fields that they lack. */
import {
  createCommercetoolsClient,
  ensureOrderType,
  ensureParcelType,
  fieldNameProblems,
  fieldPresets,
  toFieldNames,
} from '@pipeline/platform-commercetools';
import {
  commercetoolsSettings,
  defineSettings,
  orderTypeSettings,
  runWithSettings,
  toCommercetoolsAccess,
} from '@pipeline/service-kit';

const TIMEOUT_MS = 60_000;

await runWithSettings({
  definitions: defineSettings({ ...commercetoolsSettings, ...orderTypeSettings }),
  check: ({ FIELD_PRESET, FIELD_NAMES = [] }) =>
    fieldNameProblems(fieldPresets[FIELD_PRESET], FIELD_NAMES).map((text) => `FIELD_NAMES ${text}`),
  async run(settings) {
    const { api, close } = createCommercetoolsClient(toCommercetoolsAccess(settings));
    const { ORDER_TYPE_KEY, PARCEL_TYPE_KEY, PARCEL_URL_FIELD: urlField, FIELD_PRESET, FIELD_NAMES } = settings;
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
