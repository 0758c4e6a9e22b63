import { defaultGatePolicy, type GatePolicy } from '@pipeline/fulfillment';
import { defineSettings, type Environment, loadSettings, toHold } from '@pipeline/service-kit';
import { holdSettings } from '../holdSettings.ts';

const as = 'As order-router has it.';
const list = { type: 'list', default: [], description: as } as const;

/** Those settings of order-router that say what is placed. Checked there: here they only tell what to expect. */
const settings = defineSettings({
  PLACE_CONFIRMED_SINCE: { type: 'time', description: as },
  IMPORTED_MAX_AGE_MS: { type: 'duration', default: defaultGatePolicy.importedMaxAgeMs, min: 0, description: as },
  PLACEMENT_EXCLUDE_STORES: list,
  PLACEMENT_EXCLUDE_ORDER_NUMBERS: list,
  PLACEMENT_EXCLUDE_EMAIL_DOMAINS: list,
  PLACEMENT_EXCLUDE_FIELDS: list,
  ...holdSettings,
  SYNC_CHANNEL_ID: { type: 'string', description: as },
});

/** @throws SettingsError */
export function gatePolicyFrom(env: Environment): GatePolicy {
  const given = loadSettings(settings, env);
  return {
    ...defaultGatePolicy,
    placeConfirmedSince: given.PLACE_CONFIRMED_SINCE ?? null,
    importedMaxAgeMs: given.IMPORTED_MAX_AGE_MS,
    hold: toHold(given),
    exclude: {
      stores: given.PLACEMENT_EXCLUDE_STORES,
      orderNumbers: given.PLACEMENT_EXCLUDE_ORDER_NUMBERS,
      emailDomains: given.PLACEMENT_EXCLUDE_EMAIL_DOMAINS,
      fields: given.PLACEMENT_EXCLUDE_FIELDS.map((field) => {
        const [name = '', ...value] = field.split('=');
        return { name: name.trim(), value: value.length === 0 ? null : value.join('=').trim() };
      }),
    },
    syncChannelId: given.SYNC_CHANNEL_ID ?? null,
  };
}
