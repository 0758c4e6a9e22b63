import { catchUpSettings } from '@pipeline/catch-up';
import {
  checkPush,
  eventGridSettings,
  landingSettings,
  pubSubSettings,
  pushSecret,
  snsSettings,
} from '@pipeline/landing';
import {
  checkKafkaSource,
  checkPullRole,
  kafkaSourceSettings,
  pubSubPullSettings,
  pullSettings,
  serviceBusSettings,
  sqsSettings,
} from '@pipeline/pull';
import {
  checkIngest,
  commercetoolsSettings,
  defineSettings,
  engineSettings,
  ingestSettings,
  kafkaSettings,
  opsSettings,
  type PartialSettingsOf,
  registrySettings,
  requireWhen,
  type SettingsOf,
} from '@pipeline/service-kit';

/** Not those that every request has, or that end at the next hop. */
const secretHeader =
  /^(?!(?:host|content-(?:length|type|encoding)|connection|keep-alive|proxy-connection|transfer-encoding|te|trailer|upgrade|expect)$)[a-z0-9-]{1,64}$/i;

const transportIs = (value: string) => ({ name: 'CT_PUSH_TRANSPORTS', value });
const sourceIs = (value: string) => ({ name: 'CT_PULL_TRANSPORTS', value });

export const settings = defineSettings({
  ...kafkaSettings,
  ...opsSettings,
  ...ingestSettings,
  ...landingSettings,
  ...engineSettings,
  ROLES: {
    type: 'list',
    choices: ['land', 'pull', 'normalise', 'catch-up'],
    default: ['land', 'normalise', 'catch-up'],
    description:
      '`land` takes notifications over HTTP, `pull` fetches them from what CT_PULL_TRANSPORTS lists, `normalise` makes events of them, `catch-up` reads from commercetools what no notification has brought: one process of a deployment at a time, whichever has the role. A process with neither `normalise` nor `catch-up` needs no vendor credentials.',
  },
  CT_PUSH_TRANSPORTS: {
    type: 'list',
    choices: ['bare', 'pubsub', 'sns', 'eventbridge', 'eventgrid', 'connect'],
    default: ['bare'],
    description:
      'How notifications arrive. `bare` at POST /commercetools, every other one at /commercetools/ and its name.',
  },
  CT_PUSH_SECRET: {
    ...pushSecret,
    description:
      'Secret that a push must carry; required by `bare`, `connect` (both as a bearer token or in the query parameter `token`), `eventbridge` (in the header CT_PUSH_SECRET_HEADER) and `eventgrid` (in that header or that parameter). CT_PUSH_SECRET_FILE is read again when it changes.',
  },
  CT_PUSH_SECRET_PREVIOUS: {
    ...pushSecret,
    optionalFile: true,
    description:
      'A second secret that is accepted while senders change to CT_PUSH_SECRET; its file is read again, too, and may be missing or empty.',
  },
  CT_PUSH_SECRET_HEADER: {
    type: 'string',
    default: 'x-api-key',
    pattern: { matches: secretHeader, says: 'the name of a header that HTTP does not use itself' },
    description:
      'Header in which `eventbridge` and `eventgrid` carry the secret: its whole value, or in `authorization` a bearer token.',
  },
  ...requireWhen(
    { name: 'ROLES', value: 'land' },
    {
      ...requireWhen(transportIs('pubsub'), pubSubSettings),
      ...requireWhen(transportIs('sns'), snsSettings),
      ...eventGridSettings,
    },
  ),
  CT_PULL_TRANSPORTS: {
    type: 'list',
    choices: ['sqs', 'pubsub', 'servicebus', 'kafka'],
    requiredWhen: { name: 'ROLES', value: 'pull' },
    description:
      'What notifications are fetched from, with the role `pull`: a queue of Amazon SQS, a pull subscription of Google Pub/Sub, a queue or subscription of Azure Service Bus, a topic of another Kafka.',
  },
  ...pullSettings,
  ...requireWhen(
    { name: 'ROLES', value: 'pull' },
    {
      ...requireWhen(sourceIs('sqs'), sqsSettings),
      ...requireWhen(sourceIs('pubsub'), pubSubPullSettings),
      ...requireWhen(sourceIs('servicebus'), serviceBusSettings),
      ...requireWhen(sourceIs('kafka'), kafkaSourceSettings),
    },
  ),
  ...requireWhen({ name: 'ROLES', value: 'normalise' }, { ...registrySettings, ...commercetoolsSettings }),
  CT_CHANNELS: {
    type: 'choice',
    choices: ['on', 'off'],
    default: 'off',
    description:
      '`on`: changes of channels become events in commerce.channels.v1, of which facility-sync makes facilities. Needs the scopes view_channels and view_project_settings, and a subscription with `changes` of channels. `off`: such notifications are counted and ignored.',
  },
  CT_CATCH_UP: {
    type: 'choice',
    choices: ['messages', 'orders', 'off'],
    default: 'messages',
    description:
      'What a catch-up reads: `messages` needs the scope view_messages and a project that keeps messages; `orders`, those that were changed, is for one that keeps none, and cannot tell of deletions and payments. `off`: nothing; the subscription is looked at all the same.',
  },
  ...catchUpSettings,
  CT_SUBSCRIPTION_KEY: {
    type: 'string',
    pattern: { matches: /^[A-Za-z0-9_-]{2,256}$/, says: '2 to 256 letters, digits, _ and -' },
    description:
      'Key of the subscription that notifications come from: its status is a metric, and a time in which it has lost notifications is read once more. Needs the scope manage_subscriptions, and the role `catch-up`. Not set: it is not looked at.',
  },
  CT_SUBSCRIPTION_ID: {
    type: 'string',
    pattern: { matches: /^[A-Za-z0-9-]{1,256}$/, says: 'the id of a subscription' },
    description: 'The same by id, for a subscription without a key. One that is made anew has another id.',
  },
  CT_SUBSCRIPTION_EVERY_MS: {
    type: 'duration',
    default: 60_000,
    min: 1_000,
    max: 3_600_000,
    description: 'Time between two looks at the subscription.',
  },
});

export type Settings = SettingsOf<typeof settings>;

/** Needed for catching up, too; with `normalise` they are required anyway. */
const vendorSettings = [
  'CTP_PROJECT_KEY',
  'CTP_CLIENT_ID',
  'CTP_CLIENT_SECRET',
  'CTP_API_URL',
  'CTP_AUTH_URL',
] as const;

const withSecret = ['bare', 'connect', 'eventbridge', 'eventgrid'];

/** Problems between the settings. */
export function checkSettings(given: PartialSettingsOf<typeof settings>): readonly string[] {
  const { ROLES, CT_PUSH_TRANSPORTS, CT_PULL_TRANSPORTS, CT_PUSH_SECRET } = given;
  const asking = CT_PUSH_TRANSPORTS.filter((name) => withSecret.includes(name));
  const isMissing = ROLES.includes('land') && asking.length > 0 && CT_PUSH_SECRET === undefined;
  return [
    ...(isMissing
      ? [
          `CT_PUSH_SECRET is missing, ROLES being land and CT_PUSH_TRANSPORTS being ${asking.join(', ')}: ${settings.CT_PUSH_SECRET.description}`,
        ]
      : []),
    ...checkPush(given),
    ...(ROLES.includes('pull') && CT_PULL_TRANSPORTS?.includes('kafka') ? checkKafkaSource(given) : []),
    ...checkPullRole(ROLES, { name: 'CT_PULL_TRANSPORTS', value: CT_PULL_TRANSPORTS }),
    ...checkCatchUp(given),
    ...checkIngest(given),
  ];
}

function checkCatchUp(given: PartialSettingsOf<typeof settings>): readonly string[] {
  const { ROLES, CT_SUBSCRIPTION_KEY, CT_SUBSCRIPTION_ID } = given;
  const alone = ROLES.includes('catch-up') && !ROLES.includes('normalise');
  const missing = alone ? vendorSettings.filter((name) => given[name] === undefined) : [];
  const both = CT_SUBSCRIPTION_KEY !== undefined && CT_SUBSCRIPTION_ID !== undefined;
  return [
    ...missing.map((name) => `${name} is missing, ROLES listing catch-up: ${settings[name].description}`),
    ...(!ROLES.includes('catch-up') && (CT_SUBSCRIPTION_KEY ?? CT_SUBSCRIPTION_ID) !== undefined
      ? [
          'CT_SUBSCRIPTION_KEY or CT_SUBSCRIPTION_ID is given, but ROLES does not list catch-up, which looks at the subscription',
        ]
      : []),
    ...(both ? ['CT_SUBSCRIPTION_KEY and CT_SUBSCRIPTION_ID are both given: one of them names the subscription'] : []),
  ];
}
