import { fieldNameProblems, fieldPresets } from '@pipeline/platform-commercetools';
import { type ReadConfig, toFieldSettings } from '@pipeline/provider-fulfillmenttools';
import {
  checkKafkaSecurity,
  commercetoolsSettings,
  defineSettings,
  engineSettings,
  fulfillmenttoolsSettings,
  kafkaSettings,
  opsSettings,
  stateSettings,
  statusPolicySettings,
  orderTypeSettings,
  pipelineFileSettings,
  type SettingsCheck,
  type SettingsOf,
} from '@pipeline/service-kit';

export const settings = defineSettings({
  ...kafkaSettings,
  ...opsSettings,
  ...commercetoolsSettings,
  ...fulfillmenttoolsSettings,
  ...engineSettings,
  ...stateSettings,
  ...pipelineFileSettings,
  STATUS_WRITES: {
    type: 'choice',
    choices: ['off', 'shadow', 'on'],
    default: 'off',
    description:
      '`on` updates orders. `shadow` writes what it would do to a topic and changes nothing. `off` waits: nothing is lost.',
  },
  ...statusPolicySettings,
  STATUS_WAITING_ALERT_MS: {
    type: 'duration',
    default: 900_000,
    description:
      'How long an order waits for a facility, or is not understood, before it counts as one that a person has to look at (`pipeline_orders_needing_a_look_total`).',
  },
  SYNC_CHANNEL_KEY: {
    type: 'string',
    default: '',
    description:
      'Key of the channel (role OrderExport or OrderImport) whose sync info on the order names the fulfillmenttools order. Empty: none.',
  },
  STATUS_LINGER_MS: {
    type: 'duration',
    default: 0,
    max: 60_000,
    description: 'How long the first event of an order waits for others, so that they become one update.',
  },
  ...orderTypeSettings,
  PLACEMENT_WAIT_MS: {
    type: 'duration',
    default: 30_000,
    min: 0,
    description:
      'How long an event waits for the ledger to know its order before fulfillmenttools is asked whose it is.',
  },
});

export type Settings = SettingsOf<typeof settings>;

/** Rules between settings; see `loadSettings`. */
export const checkWith =
  (readConfig: ReadConfig): SettingsCheck<typeof settings> =>
  (given) => {
    const parsed = readConfig(given.PIPELINE_CONFIG);
    const wrong = 'problems' in parsed ? parsed.problems.map((problem) => `PIPELINE_CONFIG, ${problem}`) : [];
    const { FIELD_PRESET, FIELD_NAMES } = 'config' in parsed ? toFieldSettings(parsed.config, given) : given;
    return [
      ...checkKafkaSecurity(given),
      ...wrong,
      ...(given.STATUS_PARTS?.includes('parcels') === true && !given.STATUS_PARTS.includes('deliveries')
        ? [
            'STATUS_PARTS names parcels without deliveries: a parcel is a part of its delivery. Add deliveries, or leave parcels out.',
          ]
        : []),
      ...fieldNameProblems(fieldPresets[FIELD_PRESET], FIELD_NAMES ?? []).map((text) => `FIELD_NAMES ${text}`),
    ];
  };
