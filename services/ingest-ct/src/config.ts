import {
  commercetoolsSettings,
  defineSettings,
  engineSettings,
  ingestSettings,
  kafkaSettings,
  opsSettings,
  requireWhen,
  type SettingsOf,
} from '@pipeline/service-kit';

export const settings = defineSettings({
  ...kafkaSettings,
  ...opsSettings,
  ...ingestSettings,
  ...engineSettings,
  ROLES: {
    type: 'list',
    choices: ['land', 'normalise'],
    default: ['land', 'normalise'],
    description:
      '`land` takes notifications over HTTP, `normalise` makes events of them. A process that only lands needs no vendor credentials.',
  },
  ...requireWhen(
    { name: 'ROLES', value: 'land' },
    {
      CT_PUSH_SECRET: {
        type: 'secret',
        required: true,
        minLength: 32,
        description:
          'Secret that a push to POST /commercetools must carry, as a bearer token or in the query parameter `token`.',
      },
    },
  ),
  ...requireWhen({ name: 'ROLES', value: 'normalise' }, commercetoolsSettings),
});

export type Settings = SettingsOf<typeof settings>;
