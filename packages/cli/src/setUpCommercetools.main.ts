/** `npm run setup:commercetools`: creates the custom Type of orders, or adds the fields that it lacks. */
import { createCommercetoolsClient, ensureOrderType, fieldPresets } from '@pipeline/platform-commercetools';
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
  async run(settings) {
    const { api, close } = createCommercetoolsClient(toCommercetoolsAccess(settings));
    const { ORDER_TYPE_KEY: key, FIELD_PRESET: preset } = settings;
    const { id } = await ensureOrderType({
      api,
      key,
      fields: fieldPresets[preset],
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    console.log(`Custom Type ${key} (${id}) has the fields ${Object.values(fieldPresets[preset]).join(', ')}.`);
    await close();
  },
});
