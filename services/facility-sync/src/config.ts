import {
  defineSettings,
  engineSettings,
  fulfillmenttoolsSettings,
  kafkaSettings,
  opsSettings,
  stateSettings,
  type SettingsOf,
} from '@pipeline/service-kit';

export const settings = defineSettings({
  ...kafkaSettings,
  ...opsSettings,
  ...fulfillmenttoolsSettings,
  ...engineSettings,
  ...stateSettings,
  FACILITY_SYNC: {
    type: 'choice',
    choices: ['off', 'shadow', 'on'],
    default: 'off',
    description:
      '`on` makes, changes and takes offline facilities. `shadow` writes what it would do to a topic and changes nothing. `off` waits: nothing is lost.',
  },
  FACILITY_COMPANY_NAME: {
    type: 'string',
    description:
      'Company in the address of facilities whose channel names none; fulfillmenttools demands one. Not set: the name of the channel.',
  },
});

export type Settings = SettingsOf<typeof settings>;
