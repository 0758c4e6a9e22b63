import {
  defineSettings,
  engineSettings,
  fulfillmenttoolsSettings,
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
      FFT_WEBHOOK_SECRET: {
        type: 'secret',
        required: true,
        minLength: 32,
        description:
          'Secret that a webhook to POST /fulfillmenttools must carry as a bearer token; set as a header of the subscription.',
      },
    },
  ),
  ...requireWhen(
    { name: 'ROLES', value: 'normalise' },
    {
      ...fulfillmenttoolsSettings,
      CTP_PROJECT_KEY: {
        type: 'string',
        required: true,
        description: 'Key of the commercetools project whose orders are ours.',
      },
    },
  ),
  CORRELATION_WAIT_MS: {
    type: 'duration',
    default: 30_000,
    min: 0,
    description: 'How long an event waits for the link from its process to an order before fulfillmenttools is asked.',
  },
  CORRELATION_GIVE_UP_MS: {
    type: 'duration',
    default: 86_400_000,
    min: 0,
    description:
      'How long after its landing an event is looked for whose process or order fulfillmenttools does not find. Then it counts as gone.',
  },
  CORRELATION_TENANT_ORDER_ID: {
    type: 'choice',
    choices: ['off', 'order-number'],
    default: 'off',
    description:
      '`order-number`: events of orders that other middleware placed are linked by their tenantOrderId, too.',
  },
});

export type Settings = SettingsOf<typeof settings>;
