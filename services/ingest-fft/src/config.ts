import { checkPush, landingSettings, pubSubSettings, pushSecret } from '@pipeline/landing';
import { checkPullRole, pubSubPullSettings, pullSettings, serviceBusSettings } from '@pipeline/pull';
import {
  checkIngest,
  defineSettings,
  engineSettings,
  fulfillmenttoolsSettings,
  ingestSettings,
  kafkaSettings,
  opsSettings,
  type PartialSettingsOf,
  registrySettings,
  requireWhen,
  type SettingDefinitions,
  type SettingsOf,
} from '@pipeline/service-kit';
import { checkSilence, silenceSettings } from './catchUp/settings.ts';

const transportIs = (value: string) => ({ name: 'FFT_PUSH_TRANSPORTS', value });
const sourceIs = (value: string) => ({ name: 'FFT_PULL_TRANSPORTS', value });

export const settings = defineSettings({
  ...kafkaSettings,
  ...opsSettings,
  ...ingestSettings,
  ...landingSettings,
  ...engineSettings,
  ROLES: {
    type: 'list',
    choices: ['land', 'pull', 'normalise', 'catch-up'],
    default: ['land', 'normalise'],
    description:
      '`land` takes notifications over HTTP, `pull` fetches them from what FFT_PULL_TRANSPORTS lists, `normalise` makes events of them, `catch-up` asks fulfillmenttools about open orders of which nothing is heard. A process with neither of the last two needs no vendor credentials.',
  },
  FFT_PUSH_TRANSPORTS: {
    type: 'list',
    choices: ['webhook', 'pubsub'],
    default: ['webhook'],
    description:
      'How notifications arrive: `webhook` at POST /fulfillmenttools, `pubsub` (a push subscription of the topic of a Pub/Sub target) at /fulfillmenttools/pubsub.',
  },
  ...requireWhen(
    { name: 'ROLES', value: 'land' },
    {
      ...requireWhen(transportIs('webhook'), {
        FFT_WEBHOOK_SECRET: {
          ...pushSecret,
          required: true,
          description:
            'Secret that a webhook to POST /fulfillmenttools must carry as a bearer token; set as a header of the subscription. FFT_WEBHOOK_SECRET_FILE is read again when it changes.',
        },
      }),
      FFT_WEBHOOK_SECRET_PREVIOUS: {
        ...pushSecret,
        optionalFile: true,
        description:
          'A second secret that is accepted while subscriptions change to FFT_WEBHOOK_SECRET; its file is read again, too, and may be missing or empty.',
      },
      ...requireWhen(transportIs('pubsub'), pubSubSettings),
    },
  ),
  FFT_PULL_TRANSPORTS: {
    type: 'list',
    choices: ['pubsub', 'servicebus'],
    requiredWhen: { name: 'ROLES', value: 'pull' },
    description:
      'What notifications are fetched from, with the role `pull`: a pull subscription of Google Pub/Sub, a queue or subscription of Azure Service Bus.',
  },
  ...pullSettings,
  ...requireWhen(
    { name: 'ROLES', value: 'pull' },
    {
      ...requireWhen(sourceIs('pubsub'), pubSubPullSettings),
      ...requireWhen(sourceIs('servicebus'), serviceBusSettings),
    },
  ),
  ...requireWhen(
    { name: 'ROLES', value: 'normalise' },
    {
      ...registrySettings,
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
  ...silenceSettings,
});

/** Settings that `catch-up` needs without `normalise`, too. */
const vendorSettings: SettingDefinitions = { ...registrySettings, ...fulfillmenttoolsSettings };

export type Settings = SettingsOf<typeof settings>;

/** Problems between the settings. */
export function checkSettings(given: PartialSettingsOf<typeof settings>): readonly string[] {
  const { ROLES, FFT_PULL_TRANSPORTS } = given;
  return [
    ...checkPush(given),
    ...checkPullRole(ROLES, { name: 'FFT_PULL_TRANSPORTS', value: FFT_PULL_TRANSPORTS }),
    ...checkSilence(given, vendorSettings),
    ...checkIngest(given),
  ];
}
